#include "tests/grader/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace score {
namespace {

std::string padded(std::string_view text, std::size_t width)
{
    std::string column(text);
    column.resize(std::max(width, text.size()), ' ');
    return column;
}

/// The last lines of the text, each after `margin`.
std::string last_lines(const std::string& text, std::size_t most, std::string_view margin)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    const std::size_t first = lines.size() > most ? lines.size() - most : 0;
    std::string shown;
    if (first > 0) shown = std::string(margin) + "(" + std::to_string(first) + " earlier lines)\n";
    for (std::size_t i = first; i < lines.size(); ++i)
        shown += std::string(margin) + lines[i] + '\n';
    return shown;
}

std::string in_seconds(std::chrono::milliseconds time)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(time).count());
    return text.data();
}

constexpr std::size_t program_width = 14; // "udpechoserver" and a space

} // namespace

std::string text_of(const Result& result)
{
    const std::string verdict(text_of(result.verdict));
    return padded(verdict, 8) + padded(result.test.program, program_width) +
           padded(name_of(result.test.level), 7) + result.test.name + " (" +
           in_seconds(result.time) + ")\n" + details_of(result);
}

std::string text_of(const Grading& grading)
{
    std::string text;
    for (const Result& result : grading.results)
        text += text_of(result);
    return text;
}

std::string details_of(const Result& result)
{
    constexpr std::size_t most_lines = 24; // of each, so that both fit a screen
    std::string text = last_lines(result.reason, most_lines, "        ");
    if (result.verdict == Verdict::failed && !result.record.empty())
        text += "        sent (>) and received (<):\n" +
                last_lines(result.record, most_lines, "        | ");
    return text;
}

std::string first_line_of(const Result& result)
{
    return result.reason.substr(0, result.reason.find('\n'));
}

std::string table_of(const std::vector<Grading>& gradings)
{
    std::size_t title_width = 0;
    for (const Grading& grading : gradings)
        if (!grading.title.empty()) title_width = std::max(title_width, grading.title.size() + 2);
    std::string table;
    for (const Grading& grading : gradings) {
        table += padded(grading.title, title_width) + padded("total", program_width) + "  " +
                 text_of(total_of(grading)) + '\n';
        for (const Program& program : grading.programs) {
            std::string row =
                padded(grading.title, title_width) + padded(program.name, program_width);
            for (const Level level : levels) {
                const std::string score = text_of(points(grading, program.name, level));
                row += "  " + std::string(name_of(level)) + " " + padded(score, 6);
            }
            table += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
        }
    }
    return table;
}

} // namespace score
