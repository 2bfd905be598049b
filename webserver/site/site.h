// The served folder: maps the path in a URL to an open file.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/file_descriptor.h"
#include "webserver/site/content_type.h"
#include "webserver/site/file_cache.h"
#include "webserver/site/open_beneath.h"
#include "webserver/site/site_path.h"

namespace webserver {

/// A folder without an index page, to be listed.
struct Folder {
    net::FileDescriptor descriptor; // for look-ups below it
    std::string name;               // below the site's folder; empty for the site's folder itself
};

/// A folder requested without the final slash, which relative links in its page need.
struct Redirect {
    std::string path; // percent-encoded, from "/" to "/"
};

/// No file or folder to send.
struct LookupFailure {
    int status; // 403, 404, 500 or 503
    std::string reason;
};

/// The status and reason for a file that could not be opened, from the errno `cause`.
[[nodiscard]] LookupFailure lookup_failure(int cause);

/// The user's options for what is found.
struct SiteOptions {
    std::vector<std::string> indexes{"index.html"}; // pages that stand for their folder, best first
    bool clean_urls = false;                        // "about" also stands for "about.html"
    bool show_hidden = false;                       // names that begin with a dot are served
    bool follow_links = false;                      // also out of the folder
    bool keep_open = false; // when the name may be out of reach later: the folder of the start
    TypeOptions types{};
};

using Found = std::variant<std::shared_ptr<const File>, Folder, Redirect, LookupFailure>;

class Site {
public:
    /// Serves what has the name `folder` at the time of each request: it may be removed, made anew,
    /// or a link that is changed. Throws net::Error when it can't be opened now.
    explicit Site(const std::string& folder, SiteOptions options = {});

    [[nodiscard]] const SiteOptions& options() const { return options_; }

    /// The file of that path, or a folder's index page. Never finds a hidden file or one outside
    /// the site's folder, unless an option says so.
    [[nodiscard]] Found find(const SitePath& path, FileCache& cache) const;
    /// The file or folder of exactly that name.
    [[nodiscard]] std::variant<std::shared_ptr<const File>, Folder, LookupFailure>
    open(const std::string& name, FileCache& cache) const;
    /// The status of the file or folder that a symbolic link leads to; nothing when the target is
    /// missing, outside the site, or neither file nor folder.
    [[nodiscard]] std::optional<struct stat> target_status(const std::string& link) const;

private:
    [[nodiscard]] net::FileDescriptor root() const;
    [[nodiscard]] net::FileDescriptor open_below(const net::FileDescriptor& root,
                                                 const std::string& name, Access access) const;

    const std::string folder_; // an absolute path
    const SiteOptions options_;
    net::FileDescriptor at_start_; // SiteOptions::keep_open
};

} // namespace webserver
