// Resolves host names and checks the user's permission to ping.
#pragma once

#include <string>

#include "icmppinger/options.h"

namespace icmppinger {

/// The address to ping: the first of an enabled family, preferably one with a route. Throws
/// net::Error.
[[nodiscard]] net::Address find_host(const std::string& host, const Options& options,
                                     Sockets& sockets);

/// Whether the system takes it for a broadcast address.
[[nodiscard]] bool is_broadcast(const net::Address& address);

/// Throws net::Error if the plan's rate or preload needs root (exempt: loopback).
void check_privilege(const Options& options, const Targets& targets);

} // namespace icmppinger
