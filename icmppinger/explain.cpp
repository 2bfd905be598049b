#include "icmppinger/explain.h"
#include "common/program/output.h"
#include "icmppinger/packet/packet_diagram.h"

namespace icmppinger {
namespace {

std::string number(std::string_view name, unsigned value)
{
    return std::string(name) + " " + std::to_string(value);
}

std::string hex_number(std::string_view name, std::uint32_t value)
{
    return std::string(name) + " " + hex(value);
}

std::string title(const IcmpMessage& message)
{
    const net::IcmpMeaning* known =
        net::find_icmp_meaning(message.version, message.type, message.code);
    return std::string(net::icmp_protocol(message.version)) + ", " +
           net::count_text(message.bytes.size(), "byte") + ": " +
           net::icmp_name(message.version, message.type, message.code) +
           (known == nullptr ? "" : " (" + std::string(known->rfc) + ")");
}

/// RFC 791 §3.1
std::string draw_ipv4(const Packet& packet)
{
    const auto words = static_cast<unsigned>(packet.header.size() / 4);
    const std::string flags =
        std::string(packet.dont_fragment ? "DF" : "") + (packet.more_fragments ? "MF" : "");
    PacketDiagram diagram(packet.header);
    diagram.row({{4, "Vers 4"},
                 {4, number("IHL", words)},
                 {8, number("TOS", packet.traffic_class)},
                 {16, number("Total Length", packet.length)}});
    diagram.row({{16, hex_number("Identification", packet.identification)},
                 {3, flags.empty() ? "-" : flags},
                 {13, number("Fragment Offset", packet.fragment_offset / 8) + " x 8"}});
    diagram.row({{8, number("TTL", packet.hops_left)},
                 {8, number("Protocol", packet.protocol)},
                 {16, hex_number("Header Checksum", packet.checksum)}});
    diagram.row({{32, "Source Address " + packet.source.host()}});
    diagram.row({{32, "Destination Address " + packet.destination.host()}});
    for (std::size_t left = packet.options.size(); left >= 4; left -= 4)
        diagram.row({{32, "Options"}});
    return diagram.text();
}

/// RFC 8200 §3
std::string draw_ipv6(const Packet& packet)
{
    constexpr std::size_t place = 6;
    const auto next_header = std::to_integer<unsigned>(packet.header[place]);
    PacketDiagram diagram(packet.header);
    diagram.row({{4, "Vers 6"}, {8, number("Class", packet.traffic_class)}, {20, "Flow Label"}});
    diagram.row({{16, number("Payload Length", packet.length)},
                 {8, number("Next Header", next_header)},
                 {8, number("Hop Limit", packet.hops_left)}});
    const auto address = [&diagram](const std::string& text) {
        diagram.row({{32, text}});
        for (int i = 1; i < 4; ++i)
            diagram.row({{32, ""}});
    };
    address("Source Address " + packet.source.host());
    address("Destination Address " + packet.destination.host());
    while (diagram.has_more())
        diagram.row({{32, "Extension Headers"}});
    return diagram.text();
}

std::string draw_ip(const Packet& packet)
{
    const bool is_v4 = packet.version == Version::v4;
    return std::string(is_v4 ? "  IPv4 header (RFC 791 §3.1):\n"
                             : "  IPv6 header (RFC 8200 §3):\n") +
           (is_v4 ? draw_ipv4(packet) : draw_ipv6(packet));
}

/// The fields of the second half of the header.
std::vector<PacketDiagram::Field> rest_of(const IcmpMessage& message, const IcmpError& error)
{
    if (!is_error_type(message.version, message.type))
        return {{16, hex_number("Identifier", message.identifier())},
                {16, number("Sequence Number", message.sequence())}};
    if (error.gateway) return {{32, "Gateway Internet Address " + error.gateway->host()}};
    if (message.version == Version::v6) {
        if (error.is_too_big()) return {{32, number("MTU", error.mtu)}};
        if (error.pointer) return {{32, number("Pointer", *error.pointer)}};
        return {{8, number("Length", message.rest >> 24)}, {24, "unused"}};
    }
    const std::string length = number("Length", message.rest >> 16 & 0xff);
    if (error.pointer) return {{8, number("Pointer", *error.pointer)}, {8, length}, {16, "unused"}};
    if (error.is_too_big()) return {{16, "unused"}, {16, number("Next-Hop MTU", error.mtu)}};
    return {{8, "unused"}, {8, length}, {16, "unused"}};
}

std::string checksum_text(const IcmpMessage& message, bool is_sent)
{
    if (message.version == Version::v6)
        return is_sent ? "Checksum: the kernel's" : hex_number("Checksum", message.checksum);
    return hex_number("Checksum", message.checksum) +
           (has_right_checksum(message) ? ", right" : ", wrong");
}

std::string draw_header(const IcmpMessage& message, const IcmpError& error,
                        const std::string& checksum)
{
    PacketDiagram diagram(message.bytes.first(header_size));
    diagram.row(
        {{8, number("Type", message.type)}, {8, number("Code", message.code)}, {16, checksum}});
    diagram.row(rest_of(message, error));
    return diagram.text();
}

/// The fields after the header of a timestamp or mask message, one row each (RFC 792, page 16,
/// and RFC 950).
std::vector<std::string> names_of_rows(const IcmpMessage& message)
{
    const auto is = [&message](Type request, Type reply) {
        return message.version == Version::v4 &&
               (message.type == number_of(request) || message.type == number_of(reply));
    };
    if (is(Type::timestamp, Type::timestamp_reply))
        return {"Originate Timestamp", "Receive Timestamp", "Transmit Timestamp"};
    if (is(Type::mask_request, Type::mask_reply)) return {"Address Mask"};
    return {};
}

std::string draw_body(const IcmpMessage& message)
{
    constexpr std::size_t row_size = 4;
    const auto names = names_of_rows(message);
    if (names.empty() || message.body.size() < names.size() * row_size)
        return draw_data(message.body);
    PacketDiagram diagram(message.body.first(names.size() * row_size));
    for (const std::string& name : names)
        diagram.row({{32, name}});
    return diagram.text() + draw_data(message.body.subspan(names.size() * row_size));
}

/// The packet that an error quotes, and what follows it.
std::string draw_quotation(const IcmpError& error)
{
    if (!error.packet) return {};
    std::string text = "  quoted packet:\n" + draw_ip(*error.packet);
    const auto inner = parse_message(error.version, error.packet->payload);
    if (error.request && inner) {
        text += "  quoted message: " + title(*inner) + ":\n";
        text += draw_header(*inner, {}, hex_number("Checksum", inner->checksum));
        text += draw_data(inner->body);
    }
    for (const Extension& extension : error.extensions)
        text += "  extension object of class " + std::to_string(extension.kind) + ", type " +
                std::to_string(extension.subkind) + " (RFC 4884 §8)\n" +
                draw_data(extension.content);
    return text;
}

std::string draw_message(const IcmpMessage& message, const net::Address& from, bool is_sent)
{
    const bool has_quotation = is_error_type(message.version, message.type);
    const IcmpError error = has_quotation ? parse_icmp_error(message, from) : IcmpError();
    std::string text = "  " + title(message) + ":\n" +
                       draw_header(message, error, checksum_text(message, is_sent));
    if (has_quotation) return text + draw_quotation(error);
    return text + draw_body(message);
}

} // namespace

std::string explain_sent(Version version, Bytes message, const net::Address& to)
{
    const auto parsed = parse_message(version, message);
    return "sent to " + to.host() + "\n" + (parsed ? draw_message(*parsed, to, true) : "");
}

std::string explain_received(Version version, const Received& received)
{
    std::string text = "received from " + received.from.host() + "\n";
    if (received.packet) text += draw_ip(*received.packet);
    const auto message = parse_message(version, received.bytes);
    if (!message) return text + "  incomplete ICMP header:\n" + draw_data(received.bytes);
    return text + draw_message(*message, received.from, false);
}

} // namespace icmppinger
