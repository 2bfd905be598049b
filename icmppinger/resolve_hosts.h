// From the hosts that the user named to addresses that can be pinged.
#pragma once

#include <string>

#include "icmppinger/options.h"

namespace icmppinger {

/// The address to ping of a host: the first of a family that is wanted, one with a route if there
/// is any. Throws net::Error.
[[nodiscard]] net::Address find_host(const std::string& host, const Options& options,
                                     Sockets& sockets);

/// Throws net::Error unless all hosts may be sent so much by the user who started us.
void check_privilege(const Options& options, const Targets& targets);

} // namespace icmppinger
