#include "icmppinger/packet/icmp_error.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/checksum.h"

namespace icmppinger {
namespace {

constexpr std::uint8_t fragmentation_needed = 4; // a code of destination unreachable

bool is(const IcmpError& error, Type v4, Type6 v6)
{
    return error.type == (error.version == Version::v4 ? number_of(v4) : number_of(v6));
}

net::Address gateway_of(std::uint32_t rest)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(rest);
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

/// Parses the second half of the header, by type.
void read_rest(IcmpError& error, std::uint32_t rest)
{
    constexpr std::uint32_t low_half = 0xffff;
    constexpr int top_byte = 24;
    if (error.version == Version::v6) {
        if (error.is_too_big()) error.mtu = rest;
        if (is(error, Type::parameter_problem, Type6::parameter_problem)) error.pointer = rest;
        return;
    }
    if (error.is_too_big()) error.mtu = rest & low_half; // RFC 1191 §4
    if (error.type == number_of(Type::redirect)) error.gateway = gateway_of(rest);
    if (error.type == number_of(Type::parameter_problem)) error.pointer = rest >> top_byte;
}

/// Whether extensions may follow the quotation (RFC 4884 §4).
bool is_extendable(const IcmpError& error)
{
    return is(error, Type::destination_unreachable, Type6::destination_unreachable) ||
           error.is_time_exceeded() ||
           (error.version == Version::v4 && error.type == number_of(Type::parameter_problem));
}

/// The length of the quotation in bytes (RFC 4884 §4); nothing if the router does not set it.
std::optional<std::size_t> quotation_length(const IcmpError& error, std::uint32_t rest)
{
    const bool is_v4 = error.version == Version::v4;
    const std::uint32_t units = is_v4 ? rest >> 16 & 0xff : rest >> 24;
    if (!is_extendable(error) || units == 0) return std::nullopt;
    return units * (is_v4 ? sizeof(std::uint32_t) : sizeof(std::uint64_t));
}

/// Whether an extension structure has a checksum; 0 means none (RFC 4884 §7).
bool has_checksum(Bytes structure)
{
    Cursor cursor(structure);
    cursor.number16();
    return cursor.number16() != 0;
}

MplsLabel parse_label(std::uint32_t entry)
{
    return {.label = entry >> 12,
            .traffic_class = static_cast<std::uint8_t>(entry >> 9 & 7),
            .is_last = (entry >> 8 & 1) != 0,
            .ttl = static_cast<std::uint8_t>(entry)};
}

} // namespace

bool IcmpError::is_advice() const
{
    return version == Version::v4 &&
           (type == number_of(Type::source_quench) || type == number_of(Type::redirect));
}

bool IcmpError::is_unreachable() const
{
    return is(*this, Type::destination_unreachable, Type6::destination_unreachable) &&
           !is_too_big();
}

bool IcmpError::is_time_exceeded() const
{
    return is(*this, Type::time_exceeded, Type6::time_exceeded);
}

bool IcmpError::is_too_big() const
{
    if (version == Version::v6) return type == number_of(Type6::packet_too_big);
    return type == number_of(Type::destination_unreachable) && code == fragmentation_needed;
}

bool is_error_type(Version version, std::uint8_t type)
{
    constexpr auto v4 =
        std::to_array({Type::destination_unreachable, Type::source_quench, Type::redirect,
                       Type::time_exceeded, Type::parameter_problem});
    constexpr auto v6 = std::to_array({Type6::destination_unreachable, Type6::packet_too_big,
                                       Type6::time_exceeded, Type6::parameter_problem});
    return version == Version::v4
               ? std::ranges::any_of(v4, [type](Type known) { return number_of(known) == type; })
               : std::ranges::any_of(v6, [type](Type6 known) { return number_of(known) == type; });
}

IcmpError parse_icmp_error(const IcmpMessage& message, const net::Address& reporter)
{
    IcmpError error{.version = message.version,
                    .type = message.type,
                    .code = message.code,
                    .reporter = reporter};
    read_rest(error, message.rest);

    // RFC 4884 §5.5: without a length, extensions begin after 128 bytes. As these bytes may also
    // be more of the quotation, they count as extensions only with a checksum.
    constexpr std::size_t default_length = 128;
    const auto stated = quotation_length(error, message.rest);
    const bool is_too_long = stated && *stated > message.body.size();
    const std::size_t length = std::min(stated.value_or(default_length), message.body.size());
    const Bytes quoted = stated && !is_too_long ? message.body.first(length) : message.body;
    const Bytes behind = message.body.subspan(length);
    if (is_extendable(error) && !is_too_long && (stated || has_checksum(behind)))
        error.extensions = parse_extensions(behind);

    error.packet = parse_packet(message.version, quoted);
    if (!error.packet) return error;
    if (error.packet->protocol != protocol_number(message.version) ||
        error.packet->fragment_offset != 0)
        return error;
    error.request = parse_quoted_request(message.version, error.packet->payload);
    if (error.request) {
        error.request->destination = error.packet->destination;
        error.request->hops_left = error.packet->hops_left;
    }
    return error;
}

std::optional<Quotation> parse_quoted_request(Version version, Bytes bytes)
{
    const auto message = parse_message(version, bytes);
    if (!message) return std::nullopt;
    return Quotation{.type = message->type,
                     .identifier = message->identifier(),
                     .sequence = message->sequence(),
                     .data = message->body};
}

// RFC 4884 §7:
//
//     0                   1                   2                   3
//     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |Version|      (Reserved)       |           Checksum            |
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |             Length            |   Class-Num   |   C-Type      |
//    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//    |     Object payload ...
std::vector<Extension> parse_extensions(Bytes bytes)
{
    constexpr unsigned known_version = 2;
    constexpr std::size_t object_header = 4;
    constexpr std::uint8_t mpls = 1;
    Cursor cursor(bytes);
    const unsigned version = cursor.number16() >> 12;
    const std::uint16_t checksum = cursor.number16();
    const bool is_damaged = checksum != 0 && net::internet_checksum(bytes) != 0;
    if (!cursor.is_good() || version != known_version || is_damaged) return {};

    std::vector<Extension> extensions;
    while (cursor.rest().size() >= object_header) {
        const std::size_t length = cursor.number16();
        Extension extension{.kind = cursor.number8(), .subkind = cursor.number8()};
        if (length < object_header) break;
        extension.content = cursor.take(length - object_header);
        if (!cursor.is_good()) break;
        if (extension.kind == mpls && extension.subkind == 1) {
            Cursor entries(extension.content);
            while (entries.rest().size() >= sizeof(std::uint32_t))
                extension.labels.push_back(parse_label(entries.number32()));
        }
        extensions.push_back(std::move(extension));
    }
    return extensions;
}

} // namespace icmppinger
