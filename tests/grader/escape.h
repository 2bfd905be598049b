// Any text within the formats of the gradebooks.
#pragma once

#include <string>
#include <string_view>

namespace score {

/// For XML and HTML, in text and in quoted attributes. What XML 1.0 cannot hold becomes "?".
std::string xml(std::string_view text);

/// A JSON string, with its quotes (RFC 8259).
std::string json(std::string_view text);

/// A CSV field, in quotes where it needs them (RFC 4180). What a spreadsheet would take for a
/// formula gets an apostrophe.
std::string csv(std::string_view text);

} // namespace score
