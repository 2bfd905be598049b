// Who starts the program on a terminal without a message is asked for it, field by field.
#pragma once

#include <iosfwd>

#include "mailclient/options.h"

namespace mail {

/// Asks for what is missing: sender, recipients, subject, and the text up to a line with one dot or
/// the end. Throws Failure (Exit::usage) when `in` ends before there is a recipient.
void ask_for_message(Options& options, std::istream& in, std::ostream& out);

} // namespace mail
