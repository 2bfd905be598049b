// Connects to one of several addresses: attempts overlap, so that one without an answer costs a
// quarter of a second only (RFC 8305, "Happy Eyeballs").
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/deadline.h"
#include "common/file_descriptor.h"

namespace net {

/// The addresses with both families in turn, beginning with that of the first; within a family the
/// order stays (RFC 8305 §4).
[[nodiscard]] std::vector<Address> interleaved(std::span<const Address> addresses);

/// A blocking TCP socket with TCP_NODELAY, connected to `peer`.
struct ConnectedSocket {
    FileDescriptor socket;
    Address peer;
};

/// Connects to the first address that accepts. Each attempt begins 250 ms after the one before, or
/// at once when one fails (RFC 8305 §5), at most 16 are in progress. Throws Timeout at the
/// deadline, and Error when all have failed; it names each address with its reason. `name` is for
/// both.
[[nodiscard]] ConnectedSocket connect_to_any(std::span<const Address> addresses,
                                             const std::string& name, Deadline deadline);

} // namespace net
