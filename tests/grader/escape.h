// Escapes text for the formats of the gradebooks.
#pragma once

#include <string>
#include <string_view>

namespace score {

/// For XML and HTML, in text and in quoted attributes. Characters that XML 1.0 forbids become "?".
std::string xml(std::string_view text);

/// A CSV field, in quotes if needed (RFC 4180). A field that a spreadsheet would take for a
/// formula gets an apostrophe.
std::string csv(std::string_view text);

} // namespace score
