// Canonical URLs, so that a page has one key, and references resolved as a browser does (RFC 3986
// §5, §6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/url.h"

namespace http {

/// The canonical spelling of an http or https URL: scheme and host in lower case, no default port,
/// a path without dot segments, no fragment, and bytes that are illegal in a URL percent-encoded.
/// Nullopt when `text` is no such URL.
[[nodiscard]] std::optional<std::string> canonical_url(std::string_view text);

/// Resolves a reference (a Location's value) against `base`, a canonical URL. Nullopt when the
/// result is neither http nor https.
[[nodiscard]] std::optional<std::string> resolve_reference(const std::string& base,
                                                           std::string_view reference);

/// The canonical URL for a typed address: "example.org/a" becomes http://example.org/a.
[[nodiscard]] std::optional<std::string> url_from_user(std::string_view text);

/// The port to connect to: the URL's own or the scheme's default.
[[nodiscard]] std::uint16_t port_of(const Url& url);

/// Host and port as in the Host field (RFC 9110 §7.2).
[[nodiscard]] std::string authority_of(const Url& url);

} // namespace http
