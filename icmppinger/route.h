// What the kernel knows of the way to a host.
#pragma once

#include <cstdint>
#include <optional>

#include "common/address.h"

namespace icmppinger {

/// The largest packet that the kernel believes to reach `to`; nothing when it knows no way.
[[nodiscard]] std::optional<std::uint32_t> known_mtu(const net::Address& to);

/// The address that the kernel sends to when it is asked for `to`: 127.0.0.1 for 0.0.0.0. Throws
/// net::Error when there is no way.
[[nodiscard]] net::Address routed(const net::Address& to);

} // namespace icmppinger
