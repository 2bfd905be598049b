// Asks for the message field by field when the program starts on a terminal without one.
#pragma once

#include <iosfwd>

#include "mailclient/options.h"

namespace mail {

/// Asks for the missing fields: sender, recipients, subject, and the text up to a line with one dot
/// or the end. Throws Failure (Exit::usage) when `in` ends before the text.
void prompt_for_message(Options& options, std::istream& in, std::ostream& out);

} // namespace mail
