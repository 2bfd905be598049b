// The URLs of pages elsewhere: in one spelling, so that a page has one name, and links resolved as
// a browser does (RFC 3986 §5, §6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/url.h"

namespace http {

/// The one spelling of an http or https URL: scheme and host in small letters, no port that the
/// scheme has anyway, a path without dot segments, no fragment, and bytes that have no place in a
/// URL percent-encoded. Nothing for what is no such URL.
[[nodiscard]] std::optional<std::string> canonical_url(std::string_view text);

/// Where a reference (a Location's value) leads from the page at `base`, a canonical URL; nothing
/// when that is neither http nor https.
[[nodiscard]] std::optional<std::string> resolve_reference(const std::string& base,
                                                           std::string_view reference);

/// What a typed address stands for: "example.org/a" is http://example.org/a.
[[nodiscard]] std::optional<std::string> url_from_user(std::string_view text);

/// The port to connect to.
[[nodiscard]] std::uint16_t port_of(const Url& url);

/// Host and port as the Host field has them (RFC 9110 §7.2).
[[nodiscard]] std::string authority_of(const Url& url);

} // namespace http
