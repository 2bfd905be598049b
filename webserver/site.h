// The folder that is served: from the path in a URL to an open file.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/file_descriptor.h"

namespace webserver {

/// An open regular file of the site.
struct File {
    net::FileDescriptor descriptor;
    std::string name; // below the site's folder, without a slash at the start
    std::uint64_t size = 0;
    std::chrono::sys_seconds modified{};
};

/// A folder that was asked for without the slash at its end; there its relative links work.
struct Redirect {
    std::string path; // percent-encoded, from "/" to "/"
};

/// Nothing to send.
struct Missing {
    int status; // 403, 404, 500 or 503
    std::string reason;
};

/// Where a URL's path leads below the site's folder.
struct SitePath {
    std::string name; // "a/b.html", without slashes at its ends; empty for the site's folder itself
    bool is_folder = false; // it ended with a slash
};

/// Takes the percent-encoding off (RFC 3986 §2.1), then the dot segments (§5.2.4: above the top
/// there is only the top) and doubled slashes. Nothing when the encoding is malformed or hides a
/// NUL.
[[nodiscard]] std::optional<SitePath> parse_site_path(std::string_view path);

class Site {
public:
    /// Throws net::Error when `folder` can't be opened.
    explicit Site(const std::string& folder);

    /// The file to send for a path: the file of that name, or a folder's index.html. Names that
    /// begin with a dot are not there for anybody but
    /// ".well-known" (RFC 8615). Nothing outside the folder is ever opened.
    [[nodiscard]] std::variant<File, Redirect, Missing> find(const SitePath& path) const;

private:
    net::FileDescriptor folder_;
};

} // namespace webserver
