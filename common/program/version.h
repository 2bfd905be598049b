// The version of all five programs, as --version prints it.
#pragma once

#include <string_view>

namespace net {

inline constexpr std::string_view version = "0.2";

} // namespace net
