// What ICMP's types and codes are called, what they mean and where that is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace net {

enum class IcmpVersion : std::uint8_t { v4, v6 };

struct IcmpMeaning {
    std::uint8_t type = 0;
    int code = any_code;        // any_code: whichever is not in a row of its own
    std::string_view name{};    // ping's words: "Destination Host Unreachable"
    std::string_view meaning{}; // for who reads them for the first time
    std::string_view rfc{};     // "RFC 792"; "IANA" where only its registry has it

    static constexpr int any_code = -1;
};

/// The row of a type and code; nothing when the standards know none.
[[nodiscard]] const IcmpMeaning* find_icmp_meaning(IcmpVersion version, std::uint8_t type,
                                                   std::uint8_t code);

/// "Destination Host Unreachable"; an unknown one by its numbers.
[[nodiscard]] std::string icmp_name(IcmpVersion version, std::uint8_t type, std::uint8_t code);

/// "no program listens there (RFC 792)"; empty for an unknown one.
[[nodiscard]] std::string icmp_meaning(IcmpVersion version, std::uint8_t type, std::uint8_t code);

/// The name of the protocol.
[[nodiscard]] constexpr std::string_view icmp_protocol(IcmpVersion version)
{
    return version == IcmpVersion::v4 ? "ICMP" : "ICMPv6";
}

} // namespace net
