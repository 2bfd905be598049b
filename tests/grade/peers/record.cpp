#include "tests/grade/peers/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "common/file_descriptor.h"

namespace grade {
namespace {

constexpr std::size_t longest_line = 200;   // a screen shows ten of these
constexpr std::size_t longest_piece = 1500; // a request's head is shorter
constexpr int most_lines = 24;

std::string escaped_byte(char byte)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    switch (byte) {
    case '\r': return "\\r";
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\\': return "\\\\";
    default: break;
    }
    if (value >= 0x20 && value < 0x7f) return {byte};
    return std::string("\\x") + digits[value / digits.size()] + digits[value % digits.size()];
}

/// Adds whole lines at the file's end; several threads may.
void append(std::string_view lines)
{
    const char* file = std::getenv("GRADE_RECORD");
    if (file == nullptr) return;
    constexpr mode_t owner_only = 0600;
    const net::FileDescriptor record(
        ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, owner_only));
    if (record && ::write(record.get(), lines.data(), lines.size()) == -1) return; // as if unset
}

/// One line of the record for each line of the bytes.
void note_bytes(std::string_view mark, std::string_view bytes)
{
    std::string lines;
    std::string_view shown = bytes.substr(0, longest_piece);
    for (int count = 0; !shown.empty() && count < most_lines; ++count) {
        const auto size = std::min({shown.find('\n'), shown.size() - 1, longest_line - 1}) + 1;
        lines += std::string(mark) + escaped(shown.substr(0, size)) + '\n';
        shown.remove_prefix(size);
        bytes.remove_prefix(size);
    }
    if (!bytes.empty())
        lines += std::string(mark) + "... " + std::to_string(bytes.size()) + " bytes more\n";
    append(lines);
}

} // namespace

void note_sent(std::string_view bytes)
{
    note_bytes("> ", bytes);
}

void note_received(std::string_view bytes)
{
    note_bytes("< ", bytes);
}

void note(std::string_view text)
{
    append("* " + escaped(text) + '\n');
}

void note_printed(std::string_view stream, std::string_view text)
{
    constexpr std::size_t longest_end = 1200; // that of a Python traceback
    const auto left_out = text.size() > longest_end ? text.size() - longest_end : 0;
    note_bytes("* " + std::string(stream) + ": ", text.substr(left_out));
}

std::string escaped(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes.substr(0, longest_line))
        text += escaped_byte(byte);
    if (bytes.size() > longest_line)
        text += "... " + std::to_string(bytes.size() - longest_line) + " bytes more";
    return text;
}

} // namespace grade
