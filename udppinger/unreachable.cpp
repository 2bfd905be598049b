#include "udppinger/unreachable.h"

#include <array>

namespace udppinger {
namespace {

struct Row {
    bool is_ipv6;
    int type;
    int code;
    const char* words;
};

constexpr auto rows = std::to_array<Row>({
    // RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1
    {false, 3, 0, "Destination Net Unreachable: a router knows no way to that network"},
    {false, 3, 1, "Destination Host Unreachable: nobody has that address"},
    {false, 3, 2, "Destination Protocol Unreachable: the host knows no UDP"},
    {false, 3, 3, "Destination Port Unreachable: no program listens there"},
    {false, 3, 4, "Fragmentation Needed: the datagram is too big for a link on the way"},
    {false, 3, 5, "Source Route Failed"},
    {false, 3, 6, "Destination Net Unknown"},
    {false, 3, 7, "Destination Host Unknown"},
    {false, 3, 9, "Destination Net Prohibited: a firewall refuses that network"},
    {false, 3, 10, "Destination Host Prohibited: a firewall refuses that host"},
    {false, 3, 13, "Communication Prohibited: a firewall refuses the datagram"},
    {false, 11, 0, "Time To Live Exceeded: too many routers on the way, or a loop"},
    {false, 11, 1, "Fragment Reassembly Time Exceeded: a part of the datagram was lost"},
    // RFC 4443 §3
    {true, 1, 0, "No Route: a router knows no way to that address"},
    {true, 1, 1, "Communication Prohibited: a firewall refuses the datagram"},
    {true, 1, 2, "Beyond Scope Of Source Address"},
    {true, 1, 3, "Address Unreachable: nobody has that address"},
    {true, 1, 4, "Port Unreachable: no program listens there"},
    {true, 1, 5, "Source Address Failed Policy"},
    {true, 1, 6, "Reject Route: a router refuses that address"},
    {true, 2, 0, "Packet Too Big: the datagram is too big for a link on the way"},
    {true, 3, 0, "Hop Limit Exceeded: too many routers on the way, or a loop"},
    {true, 3, 1, "Fragment Reassembly Time Exceeded: a part of the datagram was lost"},
});

bool is_too_big(const net::DatagramError& error)
{
    return error.is_ipv6 ? error.type == 2 : error.type == 3 && error.code == 4;
}

} // namespace

std::string meaning_of(const net::DatagramError& error)
{
    for (const Row& row : rows)
        if (row.is_ipv6 == error.is_ipv6 && row.type == error.type && row.code == error.code)
            return row.words + (is_too_big(error) && error.info != 0
                                    ? " (mtu = " + std::to_string(error.info) + ")"
                                    : "");
    return std::string(error.is_ipv6 ? "ICMPv6" : "ICMP") + " type " + std::to_string(error.type) +
           " code " + std::to_string(error.code) + ": " + net::reason(error.cause);
}

} // namespace udppinger
