#include "common/explain/http_transcript.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "common/explain/http_meaning.h"
#include "common/program/output.h"
#include "common/text/printable.h"

namespace http {
namespace {

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view cyan = "\x1b[36m";
constexpr std::string_view faint = "\x1b[2m";
constexpr std::string_view plain = "\x1b[0m";

/// One output line: `mark`, then `text` with control characters escaped.
std::string line_of(std::string_view mark, std::string_view text, std::string_view colour)
{
    std::string line;
    line += colour;
    line += mark;
    line += net::printable(text);
    if (!colour.empty()) line += plain;
    return line += '\n';
}

std::vector<std::string> explain(std::string_view line, bool is_first, Direction direction)
{
    if (!is_first) return {explain_field_line(line)};
    if (line.empty()) return {"an empty line before a head is ignored (RFC 9112 §2.2)"};
    return direction == Direction::request ? explain_request_line(line) : explain_status_line(line);
}

/// Removes the next line from the head; returns it without its end. `is_whole`: it had a CRLF.
std::string_view take_line(std::string_view& head, bool& is_whole)
{
    const auto end = head.find('\n');
    auto line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), end == std::string_view::npos ? end : end + 1));
    is_whole = end != std::string_view::npos && line.ends_with('\r');
    if (is_whole) line.remove_suffix(1);
    return line;
}

} // namespace

std::string transcript_of(std::string_view head, Direction direction, TranscriptStyle style)
{
    const bool is_request = direction == Direction::request;
    const std::string_view arrow = is_request ? "> " : "< ";
    const std::string_view wire = !style.colour ? "" : is_request ? cyan : green;
    const std::string_view note = style.colour ? faint : "";
    constexpr std::string_view indent = "      ";
    std::string text;
    for (bool is_first = true; !head.empty();) {
        bool is_whole = false;
        const auto line = take_line(head, is_whole);
        text += line_of(arrow, line, wire);
        if (style.detail != TranscriptStyle::Detail::explained) continue;
        for (const std::string& meaning : explain(line, is_first, direction))
            text += line_of(indent, meaning, note);
        is_first = is_first && line.empty();
        if (!is_whole)
            text += line_of(indent, "the line does not end with CR LF (RFC 9112 §2.2)", note);
    }
    return text;
}

Transcript::Transcript(TranscriptStyle::Detail detail,
                       std::optional<std::chrono::milliseconds> timeout)
    : style_{.detail = detail, .colour = net::wants_colour(STDERR_FILENO)}, timeout_(timeout)
{
}

void Transcript::write(std::string_view whose, Direction direction, std::string_view head,
                       const std::vector<std::string>& notes) const
{
    const std::string_view note_colour = style_.colour ? faint : "";
    std::string text = line_of("* ", whose, note_colour) + transcript_of(head, direction, style_);
    for (const std::string& note : notes)
        text += line_of("* ", note, note_colour);

    const std::lock_guard lock(mutex_);
    if (reader_stalls_)
        text = "\n" +
               line_of("* ", "heads are missing here: the reader was too slow", note_colour) + text;
    const auto timeout = reader_stalls_ ? std::chrono::milliseconds(0) : timeout_;
    const auto deadline = timeout ? net::Deadline::in(*timeout) : net::Deadline::never();
    reader_stalls_ = !net::print_diagnostic(text, deadline);
}

} // namespace http
