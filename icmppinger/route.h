// Queries the kernel's route to a host.
#pragma once

#include <cstdint>
#include <optional>

#include "common/address.h"

namespace icmppinger {

/// The kernel's path MTU to `to`, in bytes; nothing if there is no route.
[[nodiscard]] std::optional<std::uint32_t> known_mtu(const net::Address& to);

/// The address that the kernel uses for packets to `to`: 127.0.0.1 for 0.0.0.0. Throws net::Error
/// if there is no route.
[[nodiscard]] net::Address routed(const net::Address& to);

} // namespace icmppinger
