// What happened between a case and the program under test, line by line, for those who ask why the
// case failed. It is kept only where $GRADE_RECORD names a file.
#pragma once

#include <string>
#include <string_view>

namespace grade {

/// Bytes that went to the program under test, and that came from it; whatever is long is cut.
void note_sent(std::string_view bytes);
void note_received(std::string_view bytes);
/// Anything else: "started ...".
void note(std::string_view text);
/// The last lines that a program printed.
void note_printed(std::string_view stream, std::string_view text);

/// On one line that any terminal can show: \r, \n, \t, \xNN; cut, with the number of bytes left
/// out, where it is long.
std::string escaped(std::string_view bytes);

} // namespace grade
