// What a student is told about a lab case that failed.
#pragma once

#include <string>
#include <string_view>

namespace score {

/// One sentence: what the program has to do, and where the fault usually is; empty for the cases
/// beyond the lab.
std::string_view advice_for(std::string_view name);

} // namespace score
