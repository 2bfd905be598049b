// The user's folders.
#pragma once

#include <string>

namespace net {

/// `name` in the cache folder, $XDG_CACHE_HOME or else ~/.cache (XDG Base Directory Specification);
/// empty when the user has neither.
[[nodiscard]] std::string cache_folder(const std::string& name);

} // namespace net
