// What a file is, judged by the end of its name.
#pragma once

#include <string_view>

namespace mail {

/// For an attachment's Content-Type; "application/octet-stream" for an ending it does not know.
[[nodiscard]] std::string_view media_type(std::string_view file_name);

} // namespace mail
