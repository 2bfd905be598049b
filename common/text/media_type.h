// The media type of a file, from the extension of its name.
#pragma once

#include <string_view>

namespace net {

/// The type of files with an unknown extension.
inline constexpr std::string_view unknown_media_type = "application/octet-stream";

/// The media type for a file's name (registered at IANA where there is one), without parameters.
[[nodiscard]] std::string_view media_type(std::string_view file_name);

} // namespace net
