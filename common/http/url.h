// URLs and the percent-encoding in them (RFC 3986), as HTTP uses them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// An absolute URL of the http or https scheme, in its parts as written (nothing is decoded). The
/// views are into the parsed text.
struct Url {
    std::string_view scheme;           // "http" or "https", in the letters that were given
    std::string_view host;             // "example.org", "192.0.2.1", "[2001:db8::1]"; never empty
    std::optional<std::uint16_t> port; // nothing when it is left to the scheme
    std::string_view path;             // "" or from "/" on, up to the query
    std::string_view query;            // with its "?", or empty
};

/// Nothing when `text` is no such URL. User information is refused (RFC 9110 §4.2.4) and so is a
/// fragment (it never travels, §7.1).
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

struct Authority {
    std::string_view host;
    std::optional<std::uint16_t> port;
};

/// "host[:port]" as in the Host field (RFC 9110 §7.2, RFC 3986 §3.2.2); nothing when it is
/// malformed or the host is empty.
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

/// %41 becomes A; nothing when a % is not followed by two hexadecimal digits. The result may hold
/// any byte, NUL included.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// The bytes of a path made safe for a URL: all but unreserved characters, sub-delimiters, ":", "@"
/// and "/" (RFC 3986 §3.3) become %XX.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

} // namespace http
