// Numbers as decimal text without an exponent, whatever the locale.
#pragma once

#include <string>

namespace net {

/// The shortest text that means exactly this number: "30", "0.001".
[[nodiscard]] std::string decimal(double number);
/// Rounded to so many digits behind the point: "0.050".
[[nodiscard]] std::string decimal(double number, int digits);

} // namespace net
