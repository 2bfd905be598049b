// The command line of a program under test, which need not look like our own programs'.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grade {

/// A text as one word for a shell.
std::string quoted(const std::string& text);

/// What the program is to be told, by name: {"host", "127.0.0.1"}, {"port", "6789"}.
using Values = std::vector<std::pair<std::string, std::string>>;

/// The command, for a shell, with the values where it has placeholders such as {port}. One without
/// any gets all of them as its arguments, in their order.
std::string fill_in(std::string command, const Values& values);

/// The same for the program of $WEBSERVER and so on. One with a port of its own is not told the
/// port, unless it asks for it. A program of others can read the values from standard input, too.
std::string fill_in_for(const char* variable, const std::string& command, Values values);
std::string command_of(const char* variable, const Values& values);

/// The words of an environment variable, in their order; none when it is not set.
std::vector<std::string> words_of(const char* variable);

/// Whether the program of $PROXY and so on is graded as that of others ($GRADE_THEIRS).
bool is_of_others(const char* variable);

/// The port that is built into a program, as $WEBSERVER_PORT says; 0 when it uses any.
std::uint16_t built_in_port(const char* variable);
/// That, or else a TCP port that was free a moment ago.
std::uint16_t port_for(const char* variable);

/// Copies the student's files, which are in $GRADE_STUDENT, into a folder; what is there stays.
void add_students_files(const std::string& folder);

} // namespace grade
