// Parses HTTP URLs and their percent-encoding (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

/// An absolute http or https URL, split into parts; nothing is decoded. The views point into the
/// parsed text.
struct Url {
    std::string_view scheme;           // "http" or "https", in its original case
    std::string_view host;             // "example.org", "192.0.2.1", "[2001:db8::1]"; never empty
    std::optional<std::uint16_t> port; // nullopt means the scheme's default
    std::string_view path;             // "" or from "/" on, up to the query
    std::string_view query;            // with its "?", or empty
    std::optional<std::string_view> userinfo{}; // "user:password", percent-encoded
};

/// Nullopt when `text` is no such URL. Rejects user information (RFC 9110 §4.2.4) and a fragment
/// (it is never sent, §7.1).
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// The same for a URL that a client has typed for itself: accepts user information.
[[nodiscard]] std::optional<Url> parse_url_with_userinfo(std::string_view text);

struct Authority {
    std::string_view host;
    std::optional<std::uint16_t> port;
};

/// Parses "host[:port]" as in the Host field (RFC 9110 §7.2, RFC 3986 §3.2.2); nullopt when it is
/// malformed or the host is empty.
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

/// %41 becomes A; nullopt when a % is not followed by two hexadecimal digits. The result may
/// contain any byte, NUL included.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// Encodes a path for a URL: all bytes but unreserved characters, sub-delimiters, ":", "@" and "/"
/// (RFC 3986 §3.3) become %XX.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

} // namespace http
