#include "common/http/url.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/number.h"

namespace http {
namespace {

constexpr std::string_view sub_delimiters = "!$&'()*+,;="; // RFC 3986 §2.2

bool is_unreserved(char c)
{
    return net::is_letter(c) || net::is_digit(c) || net::contains("-._~", c);
}

std::optional<int> hexadecimal(char c)
{
    if (net::is_digit(c)) return c - '0';
    const char lower = net::to_lower(c);
    if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
    return std::nullopt;
}

bool is_registered_name(std::string_view host)
{
    const auto allowed = [](char c) {
        return is_unreserved(c) || net::contains(sub_delimiters, c) || c == '%';
    };
    return !host.empty() && std::ranges::all_of(host, allowed) && percent_decode(host);
}

/// RFC 3986 §3.2.1; it may be empty.
bool is_userinfo(std::string_view text)
{
    const auto allowed = [](char c) {
        return is_unreserved(c) || net::contains(sub_delimiters, c) || c == '%' || c == ':';
    };
    return std::ranges::all_of(text, allowed) && percent_decode(text);
}

/// "[...]": only characters of an IPv6 or a later version's address; name resolution parses it
/// fully.
bool is_ip_literal(std::string_view host)
{
    if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
    const auto allowed = [](char c) {
        return is_unreserved(c) || net::contains(sub_delimiters, c) || c == ':';
    };
    return std::ranges::all_of(host.substr(1, host.size() - 2), allowed);
}

} // namespace

std::optional<Authority> parse_authority(std::string_view text)
{
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    Authority authority{text.substr(0, colon), std::nullopt};
    if (!is_registered_name(authority.host) && !is_ip_literal(authority.host)) return std::nullopt;

    if (colon != std::string_view::npos && colon + 1 < text.size()) { // "host:" has no port
        const auto digits = text.substr(colon + 1);
        authority.port = net::parse_number<std::uint16_t>(digits);
        if (!authority.port) return std::nullopt;
    }
    return authority;
}

std::optional<Url> parse_url(std::string_view text)
{
    const auto url = parse_url_with_userinfo(text);
    return url && !url->userinfo ? url : std::nullopt;
}

std::optional<Url> parse_url_with_userinfo(std::string_view text)
{
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return std::nullopt;
    const auto scheme = text.substr(0, colon);
    if (!net::equal_ignoring_case(scheme, "http") && !net::equal_ignoring_case(scheme, "https"))
        return std::nullopt;

    text.remove_prefix(colon + 3);
    const auto path_begin = std::min(text.find_first_of("/?#"), text.size());
    auto host_and_port = text.substr(0, path_begin);
    std::optional<std::string_view> userinfo;
    if (const auto at = host_and_port.find('@'); at != std::string_view::npos) {
        userinfo = host_and_port.substr(0, at);
        host_and_port.remove_prefix(at + 1);
    }
    const auto authority = parse_authority(host_and_port);
    if (!authority || (userinfo && !is_userinfo(*userinfo))) return std::nullopt;

    text.remove_prefix(path_begin);
    const auto refused = [](char c) { return net::is_control(c) || c == ' ' || c == '#'; };
    if (std::ranges::any_of(text, refused)) return std::nullopt;
    const auto query_begin = std::min(text.find('?'), text.size());
    return Url{scheme,
               authority->host,
               authority->port,
               text.substr(0, query_begin),
               text.substr(query_begin),
               userinfo};
}

std::optional<std::string> percent_decode(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (;;) {
        const auto percent = text.find('%');
        decoded += text.substr(0, percent);
        if (percent == std::string_view::npos) return decoded;
        text.remove_prefix(percent);
        if (text.size() < 3) return std::nullopt;
        const auto high = hexadecimal(text[1]);
        const auto low = hexadecimal(text[2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high << 4 | *low);
        text.remove_prefix(3);
    }
}

std::string percent_encode_path(std::string_view path)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : path) {
        if (is_unreserved(c) || net::contains(sub_delimiters, c) || net::contains("/:@", c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

} // namespace http
