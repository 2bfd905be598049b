#include "mailclient/smtp/transcript.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/smtp/line_meaning.h"

namespace mail {
namespace {

constexpr std::string_view faint = "\x1b[2m";
constexpr std::string_view colour_off = "\x1b[0m";

struct LineStyle {
    std::string_view mark;
    std::string_view colour;
};

constexpr std::array<LineStyle, 3> line_styles{
    {{"> ", "\x1b[36m"}, {"< ", "\x1b[32m"}, {"* ", faint}}};

std::string coloured(const std::string& text, std::string_view colour, TranscriptStyle style)
{
    if (!style.colour) return text + "\n";
    return std::string(colour) + text + std::string(colour_off) + "\n";
}

std::string explain(Speaker speaker, std::string_view line, bool is_offer)
{
    switch (speaker) {
    case Speaker::client: return explain_command(line);
    case Speaker::server: return explain_reply_line(line, is_offer);
    case Speaker::program: break;
    }
    return {};
}

} // namespace

std::string transcript_line(Speaker speaker, std::string_view line, TranscriptStyle style,
                            bool is_offer)
{
    const LineStyle& look = line_styles.at(static_cast<std::size_t>(speaker));
    std::string text =
        coloured(std::string(look.mark) + net::printable_line(line), look.colour, style);
    if (style.detail != Detail::explained) return text;
    const std::string meaning = explain(speaker, line, is_offer);
    constexpr std::string_view indent = "      ";
    return meaning.empty()
               ? text
               : text + coloured(std::string(indent) + net::printable_line(meaning), faint, style);
}

Transcript::Transcript(Detail detail)
    : style_{.detail = detail, .colour = net::wants_colour(STDERR_FILENO)}
{
}

void Transcript::received(const Reply& reply, bool is_offer) const
{
    for (const std::string& line : reply.lines) {
        const bool is_last = &line == &reply.lines.back();
        write(Speaker::server, std::to_string(reply.code) + (is_last ? " " : "-") + line, is_offer);
    }
}

void Transcript::write(Speaker speaker, std::string_view line, bool is_offer) const
{
    if (style_.detail != Detail::none)
        std::cerr << transcript_line(speaker, line, style_, is_offer);
}

} // namespace mail
