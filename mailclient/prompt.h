// Asks for the message field by field when the program starts on a terminal without one.
#pragma once

#include <iosfwd>

#include "mailclient/options.h"

namespace mail {

/// Asks for the missing fields: sender, recipients, subject, and the text up to a line with one dot
/// or the end. An answer that the message cannot have is asked for again. Throws Failure
/// (Exit::usage) when `in` ends before the text.
void prompt_for_message(Options& options, std::istream& in, std::ostream& out);

/// Appends the text of a message that was not sent to the file that $DEAD names, ~/dead.letter by
/// default, as POSIX mailx does, and says so on standard error. Does nothing without text.
void save_dead_letter(const Options& options);

} // namespace mail
