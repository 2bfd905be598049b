// Names, meanings and defining RFCs of ICMP's types and codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace net {

enum class IcmpVersion : std::uint8_t { v4, v6 };

struct IcmpMeaning {
    std::uint8_t type = 0;
    int code = any_code;        // any_code: all codes without a row of their own
    std::string_view name{};    // as ping prints it: "Destination Host Unreachable"
    std::string_view meaning{}; // an explanation for beginners
    std::string_view rfc{};     // "RFC 792"; "IANA" if only its registry lists it

    static constexpr int any_code = -1;
};

/// The row of a type and code; nullptr when the standards define none. Static storage.
[[nodiscard]] const IcmpMeaning* find_icmp_meaning(IcmpVersion version, std::uint8_t type,
                                                   std::uint8_t code);

/// "Destination Host Unreachable"; for an unknown one "ICMP type 3 code 99".
[[nodiscard]] std::string icmp_name(IcmpVersion version, std::uint8_t type, std::uint8_t code);

/// "no program listens there ... (RFC 792)"; empty for an unknown one.
[[nodiscard]] std::string icmp_meaning(IcmpVersion version, std::uint8_t type, std::uint8_t code);

/// The name of the protocol.
[[nodiscard]] constexpr std::string_view icmp_protocol(IcmpVersion version)
{
    return version == IcmpVersion::v4 ? "ICMP" : "ICMPv6";
}

} // namespace net
