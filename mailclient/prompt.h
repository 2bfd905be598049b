// Asks for the message field by field when the program starts on a terminal without one.
#pragma once

#include <iosfwd>

#include "mailclient/options.h"

namespace mail {

/// Asks for the missing fields: sender, recipients, subject. An answer that the message cannot have
/// is asked for again. Throws Failure (Exit::usage) when `in` ends.
void prompt_for_header(Options& options, std::istream& in, std::ostream& out);

/// Asks for the text, up to a line with one dot or the end of `in`.
void prompt_for_text(Options& options, std::istream& in, std::ostream& out);

/// Appends the text of a message that was not sent to the file that $DEAD names, ~/dead.letter by
/// default, as POSIX mailx does, and says so on standard error. Does nothing without text.
void save_dead_letter(const Options& options);

} // namespace mail
