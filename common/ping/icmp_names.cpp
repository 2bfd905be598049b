#include "common/ping/icmp_names.h"

#include <algorithm>
#include <array>
#include <span>

namespace net {
namespace {

constexpr int any = IcmpMeaning::any_code;

constexpr auto icmp = std::to_array<IcmpMeaning>({
    {0, 0, "Echo Reply", "the host is there", "RFC 792"},
    {3, 0, "Destination Net Unreachable", "a router knows no way to that network", "RFC 792"},
    {3, 1, "Destination Host Unreachable", "no host answers at that address on its network",
     "RFC 792"},
    {3, 2, "Destination Protocol Unreachable", "the host does not speak that protocol", "RFC 792"},
    {3, 3, "Destination Port Unreachable", "no program listens there, or a firewall refuses",
     "RFC 792"},
    {3, 4, "Frag needed and DF set", "the packet is too big for the next link on the way",
     "RFC 1191"},
    {3, 5, "Source Route Failed", "the way that the packet asked for does not exist", "RFC 792"},
    {3, 6, "Destination Net Unknown", "a router has never heard of that network", "RFC 1122"},
    {3, 7, "Destination Host Unknown", "a router has never heard of that host", "RFC 1122"},
    {3, 8, "Source Host Isolated", "our own host is cut off (obsolete)", "RFC 1122"},
    {3, 9, "Destination Net Prohibited", "a firewall refuses that network", "RFC 1122"},
    {3, 10, "Destination Host Prohibited", "a firewall refuses that host", "RFC 1122"},
    {3, 11, "Destination Net Unreachable for Type of Service",
     "no way to that network for this type of service", "RFC 1122"},
    {3, 12, "Destination Host Unreachable for Type of Service",
     "no way to that host for this type of service", "RFC 1122"},
    {3, 13, "Packet filtered", "a firewall refuses the packet", "RFC 1812"},
    {3, 14, "Precedence Violation", "the packet's precedence is not allowed there", "RFC 1812"},
    {3, 15, "Precedence Cutoff", "the packet's precedence is below the least that passes",
     "RFC 1812"},
    {3, any, "Destination Unreachable, Bad Code", "the standards know no such code", "RFC 792"},
    {4, 0, "Source Quench", "a request to send less; deprecated, to be ignored", "RFC 6633"},
    {5, 0, "Redirect Network", "advice of another router for that network", "RFC 792"},
    {5, 1, "Redirect Host", "advice of another router for that host", "RFC 792"},
    {5, 2, "Redirect Type of Service and Network",
     "advice of another router for that network and type of service", "RFC 792"},
    {5, 3, "Redirect Type of Service and Host",
     "advice of another router for that host and type of service", "RFC 792"},
    {5, any, "Redirect, Bad Code", "the standards know no such code", "RFC 792"},
    {8, 0, "Echo", "another host pings", "RFC 792"},
    {9, any, "Router Advertisement", "a router makes itself known", "RFC 1256"},
    {10, 0, "Router Solicitation", "a host looks for routers", "RFC 1256"},
    {11, 0, "Time to live exceeded", "too many routers on the way, or a loop", "RFC 792"},
    {11, 1, "Frag reassembly time exceeded", "a part of the packet got lost", "RFC 792"},
    {11, any, "Time exceeded, Bad Code", "the standards know no such code", "RFC 792"},
    {12, 0, "Parameter problem", "a field of the packet's header is wrong", "RFC 792"},
    {12, 1, "Parameter problem: option missing", "an option is required there", "RFC 1108"},
    {12, 2, "Parameter problem: bad length", "a length in the packet's header is wrong", "IANA"},
    {12, any, "Parameter problem, Bad Code", "the standards know no such code", "RFC 792"},
    {13, 0, "Timestamp", "another host asks for the time", "RFC 792"},
    {14, 0, "Timestamp Reply", "the host's time", "RFC 792"},
    {15, 0, "Information Request", "another host asks for its network (deprecated)", "RFC 6918"},
    {16, 0, "Information Reply", "the network that a host is on (deprecated)", "RFC 6918"},
    {17, 0, "Address Mask Request", "another host asks for the subnet's mask (deprecated)",
     "RFC 6918"},
    {18, 0, "Address Mask Reply", "the subnet's mask (deprecated)", "RFC 6918"},
});

constexpr auto icmpv6 = std::to_array<IcmpMeaning>({
    {1, 0, "Destination unreachable: No route", "a router knows no way to that address",
     "RFC 4443"},
    {1, 1, "Destination unreachable: Administratively prohibited", "a firewall refuses the packet",
     "RFC 4443"},
    {1, 2, "Destination unreachable: Beyond scope of source address",
     "our address is not valid as far as that", "RFC 4443"},
    {1, 3, "Destination unreachable: Address unreachable",
     "no host answers at that address on its network", "RFC 4443"},
    {1, 4, "Destination unreachable: Port unreachable",
     "no program listens there, or a firewall refuses", "RFC 4443"},
    {1, 5, "Destination unreachable: Source address failed ingress/egress policy",
     "our address is not allowed there", "RFC 4443"},
    {1, 6, "Destination unreachable: Reject route to destination",
     "a router refuses all packets to that network", "RFC 4443"},
    {1, 7, "Destination unreachable: Error in source routing header",
     "the way that the packet asked for does not work", "RFC 6554"},
    {1, 8, "Destination unreachable: Headers too long",
     "the packet's headers are longer than a device can look at", "RFC 8883"},
    {1, any, "Destination unreachable, Bad Code", "the standards know no such code", "RFC 4443"},
    {2, any, "Packet too big", "the packet is too big for the next link on the way", "RFC 4443"},
    {3, 0, "Time exceeded: Hop limit", "too many routers on the way, or a loop", "RFC 4443"},
    {3, 1, "Time exceeded: Defragmentation failure", "a part of the packet got lost", "RFC 4443"},
    {3, any, "Time exceeded, Bad Code", "the standards know no such code", "RFC 4443"},
    {4, 0, "Parameter problem: Wrong header field", "a field of the packet's headers is wrong",
     "RFC 4443"},
    {4, 1, "Parameter problem: Unknown header", "a next header that the host does not know",
     "RFC 4443"},
    {4, 2, "Parameter problem: Unknown option", "an option that the host does not know",
     "RFC 4443"},
    {4, 3, "Parameter problem: Incomplete header chain",
     "the first fragment does not hold all headers", "RFC 7112"},
    {4, 4, "Parameter problem: Segment routing upper-layer header",
     "a segment's end does not process the header behind the segments", "RFC 8754"},
    {4, 5, "Parameter problem: Unknown header on the way",
     "a router does not know the next header and drops the packet", "RFC 8883"},
    {4, 6, "Parameter problem: Extension header too big",
     "an extension header is longer than a router can look at", "RFC 8883"},
    {4, 7, "Parameter problem: Extension header chain too long",
     "all extension headers together are longer than a router can look at", "RFC 8883"},
    {4, 8, "Parameter problem: Too many extension headers",
     "the packet has more extension headers than a router can look at", "RFC 8883"},
    {4, 9, "Parameter problem: Too many options",
     "an extension header has more options than a router can look at", "RFC 8883"},
    {4, 10, "Parameter problem: Option too big", "an option is longer than a router can look at",
     "RFC 8883"},
    {4, any, "Parameter problem, Bad Code", "the standards know no such code", "RFC 4443"},
    {128, 0, "Echo Request", "another host pings", "RFC 4443"},
    {129, 0, "Echo Reply", "the host is there", "RFC 4443"},
    {133, 0, "Router Solicitation", "a host looks for routers", "RFC 4861"},
    {134, 0, "Router Advertisement", "a router makes itself known", "RFC 4861"},
    {135, 0, "Neighbor Solicitation", "another host looks for a neighbour's link address",
     "RFC 4861"},
    {136, 0, "Neighbor Advertisement", "a neighbour tells its link address", "RFC 4861"},
    {137, 0, "Redirect", "advice of another router for that host", "RFC 4861"},
});

} // namespace

const IcmpMeaning* find_icmp_meaning(IcmpVersion version, std::uint8_t type, std::uint8_t code)
{
    const auto rows = version == IcmpVersion::v4 ? std::span<const IcmpMeaning>(icmp)
                                                 : std::span<const IcmpMeaning>(icmpv6);
    const auto row = std::ranges::find_if(rows, [type, code](const IcmpMeaning& meaning) {
        return meaning.type == type && (meaning.code == code || meaning.code == any);
    });
    return row == rows.end() ? nullptr : &*row;
}

std::string icmp_name(IcmpVersion version, std::uint8_t type, std::uint8_t code)
{
    if (const IcmpMeaning* known = find_icmp_meaning(version, type, code))
        return std::string(known->name);
    return std::string(icmp_protocol(version)) + " type " + std::to_string(type) + " code " +
           std::to_string(code);
}

std::string icmp_meaning(IcmpVersion version, std::uint8_t type, std::uint8_t code)
{
    const IcmpMeaning* known = find_icmp_meaning(version, type, code);
    if (known == nullptr) return {};
    return std::string(known->meaning) + " (" + std::string(known->rfc) + ")";
}

} // namespace net
