// The media type of a file, from the extension of its name.
#pragma once

#include <string_view>

namespace net {

/// The media type for a file's name (registered at IANA where there is one), without parameters;
/// "application/octet-stream" for an unknown extension.
[[nodiscard]] std::string_view media_type(std::string_view file_name);

} // namespace net
