// The ICMP pinger, and the hosts that it pings in a scripted network.
#pragma once

#include "tests/grade/peers/icmp_network.h"

namespace grade {

inline const std::string host = "10.9.0.2";
inline const std::string host6 = "2001:db8::2";

using Packets = std::vector<std::string>;

/// Runs the pinger to its end.
inline Outcome icmppinger(const std::vector<std::string>& arguments)
{
    return run(command_of("ICMPPINGER"), arguments);
}

/// The reply of a host.
inline Packets answer(const IcmpRequest& request)
{
    return {echo_reply(request)};
}

} // namespace grade
