// The path of a URL as a name below the site's folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace webserver {

/// A URL's path, decoded, relative to the site's folder.
struct SitePath {
    std::string name; // "a/b.html", without slashes at its ends; empty for the site's folder itself
    bool is_folder = false; // it ends with a slash or a dot segment
};

/// Decodes percent-encoding (RFC 3986 §2.1), then removes dot segments (§5.2.4; ".." at the top
/// stays at the top) and doubled slashes. Nothing when the encoding is malformed or contains a NUL.
[[nodiscard]] std::optional<SitePath> parse_site_path(std::string_view path);

/// Names that begin with a dot are hidden, except ".well-known" (RFC 8615).
[[nodiscard]] bool is_hidden(std::string_view name);
/// Whether any component of a path is hidden.
[[nodiscard]] bool is_hidden_path(std::string_view path);

} // namespace webserver
