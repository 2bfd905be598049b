#include "icmppinger/packet/ip.h"

#include <algorithm>
#include <cstring>

namespace icmppinger {
namespace {

net::Address ipv4_address(Bytes bytes)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (bytes.size() == sizeof address.sin_addr)
        std::memcpy(&address.sin_addr, bytes.data(), bytes.size());
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

net::Address ipv6_address(Bytes bytes)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    if (bytes.size() == sizeof address.sin6_addr)
        std::memcpy(&address.sin6_addr, bytes.data(), bytes.size());
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

constexpr std::size_t ipv4_size = 4; // of addresses
constexpr std::size_t ipv6_size = 16;
constexpr std::size_t ipv6_header = 40;

// RFC 791 §3.1
std::optional<Packet> parse_ipv4(Bytes bytes)
{
    constexpr std::size_t word = 4;
    constexpr std::size_t fixed = 20;
    Cursor cursor(bytes);
    const unsigned first = cursor.number8();
    const std::size_t header = (first & 0x0f) * word;
    Packet packet;
    packet.traffic_class = cursor.number8();
    packet.length = cursor.number16();
    packet.identification = cursor.number16();
    const unsigned fragment = cursor.number16();
    packet.dont_fragment = (fragment & 0x4000) != 0;
    packet.more_fragments = (fragment & 0x2000) != 0;
    packet.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) * 8);
    packet.hops_left = cursor.number8();
    packet.protocol = cursor.number8();
    packet.checksum = cursor.number16();
    packet.source = ipv4_address(cursor.take(ipv4_size));
    packet.destination = ipv4_address(cursor.take(ipv4_size));
    if (first >> 4 != 4 || header < fixed || packet.length < header) return std::nullopt;
    packet.options = cursor.take(header - fixed);
    packet.payload = cursor.rest();
    if (!cursor.is_good()) return std::nullopt;
    packet.header = bytes.first(header);
    packet.payload =
        packet.payload.first(std::min<std::size_t>(packet.payload.size(), packet.length - header));
    return packet;
}

constexpr std::uint8_t hop_by_hop = 0;
constexpr std::uint8_t routing = 43;
constexpr std::uint8_t fragment = 44;
constexpr std::uint8_t destination_options = 60;

bool is_extension(std::uint8_t header)
{
    return header == hop_by_hop || header == routing || header == fragment ||
           header == destination_options;
}

/// Skips one extension header (RFC 8200 §4).
void skip_extension(Packet& packet, Cursor& cursor)
{
    constexpr std::size_t unit = 8;
    const std::uint8_t kind = packet.protocol;
    packet.protocol = cursor.number8();
    const std::size_t units_more = cursor.number8();
    if (kind == fragment) {
        const unsigned place = cursor.number16();
        packet.fragment_offset = static_cast<std::uint16_t>(place & 0xfff8);
        packet.more_fragments = (place & 1) != 0;
        packet.identification = static_cast<std::uint16_t>(cursor.number32());
    } else {
        cursor.take(unit - 2 + units_more * unit);
    }
}

// RFC 8200 §3
std::optional<Packet> parse_ipv6(Bytes bytes)
{
    Cursor cursor(bytes);
    const std::uint32_t first = cursor.number32();
    Packet packet{.version = Version::v6};
    packet.traffic_class = static_cast<std::uint8_t>(first >> 20);
    packet.dont_fragment = true; // IPv6 routers never fragment
    packet.length = cursor.number16();
    packet.protocol = cursor.number8();
    packet.hops_left = cursor.number8();
    packet.source = ipv6_address(cursor.take(ipv6_size));
    packet.destination = ipv6_address(cursor.take(ipv6_size));
    if (first >> 28 != 6) return std::nullopt;
    while (cursor.is_good() && is_extension(packet.protocol) && packet.fragment_offset == 0)
        skip_extension(packet, cursor);
    if (!cursor.is_good()) return std::nullopt;

    const std::size_t headers = bytes.size() - cursor.rest().size();
    const std::size_t extensions = headers - ipv6_header;
    if (packet.length < extensions) return std::nullopt;
    packet.header = bytes.first(headers);
    packet.payload = cursor.rest().first(
        std::min<std::size_t>(cursor.rest().size(), packet.length - extensions));
    return packet;
}

} // namespace

std::optional<Packet> parse_packet(Version version, Bytes bytes)
{
    return version == Version::v4 ? parse_ipv4(bytes) : parse_ipv6(bytes);
}

std::vector<net::Address> recorded_route(Bytes options)
{
    constexpr std::uint8_t end_of_list = 0;
    constexpr std::uint8_t no_operation = 1;
    constexpr std::uint8_t record_route = 7;
    std::vector<net::Address> route;
    Cursor cursor(options);
    while (!cursor.rest().empty()) {
        const std::uint8_t kind = cursor.number8();
        if (kind == end_of_list) break;
        if (kind == no_operation) continue;
        const std::size_t length = cursor.number8();
        Cursor option(cursor.take(length < 2 ? 0 : length - 2));
        if (!cursor.is_good() || length < 2) break;
        if (kind != record_route) continue;
        const std::size_t pointer = option.number8(); // from 4 on: the first free place
        while (option.rest().size() >= ipv4_size && pointer > length - option.rest().size() + 1)
            route.push_back(ipv4_address(option.take(ipv4_size)));
    }
    return route;
}

} // namespace icmppinger
