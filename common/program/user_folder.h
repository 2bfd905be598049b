// The user's own folders.
#pragma once

#include <string>

namespace net {

/// "NAME" in the folder for what can be had again, $XDG_CACHE_HOME or else ~/.cache (XDG Base
/// Directory Specification); empty when the user has neither.
[[nodiscard]] std::string cache_folder(const std::string& name);

} // namespace net
