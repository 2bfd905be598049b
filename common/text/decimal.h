// Numbers as decimal text without an exponent, in any locale.
#pragma once

#include <cstdint>
#include <string>

namespace net {

/// The shortest text that reads back as exactly this number: "30", "0.001".
[[nodiscard]] std::string decimal(double number);
/// Rounded to `digits` digits behind the point: "0.050".
[[nodiscard]] std::string decimal(double number, int digits);
/// A size for display: "999 B", "1.9 kB", "12.3 MB"; further digits are cut off.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

} // namespace net
