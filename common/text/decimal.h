// Numbers as decimal text without an exponent, whatever the locale.
#pragma once

#include <cstdint>
#include <string>

namespace net {

/// The shortest text that means exactly this number: "30", "0.001".
[[nodiscard]] std::string decimal(double number);
/// Rounded to so many digits behind the point: "0.050".
[[nodiscard]] std::string decimal(double number, int digits);
/// A size for people: "999 B", "1.9 kB", "12.3 MB"; what is beyond the digit is cut off.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

} // namespace net
