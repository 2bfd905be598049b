#include "tests/grader/rubric.h"

#include <algorithm>

#include "common/error.h"
#include "common/program/command_line.h"
#include "common/text/ascii.h"
#include "tests/grader/settings_file.h"

namespace score {
namespace {

double number_of(std::string_view text)
{
    constexpr double most_points = 1000;
    double number = 0;
    try {
        net::Value(number, 0, most_points).set(text);
    } catch (const net::Error& error) {
        throw net::Error("POINTS '" + std::string(text) + "' " + error.what());
    }
    return number;
}

RubricLine parse_line(std::string_view line)
{
    const auto end = std::min(line.find_first_of(" \t"), line.size());
    const double points = number_of(line.substr(0, end));
    const std::string_view name = net::trim(line.substr(end));
    if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"'))
        throw net::Error("expected POINTS \"the name of a case, or how it begins\"");
    return {points, std::string(name.substr(1, name.size() - 2))};
}

/// Whether a line of the list begins so.
bool has_case(std::string_view list, const std::string& beginning)
{
    return list.starts_with(beginning) || list.find('\n' + beginning) != std::string_view::npos;
}

} // namespace

Rubric parse_rubric(std::string_view text, std::string_view list, const std::string& file)
{
    Rubric rubric;
    for_each_setting(text, file, [&](std::string_view line) {
        rubric.push_back(parse_line(line));
        if (!has_case(list, rubric.back().beginning))
            throw net::Error("no case begins with \"" + rubric.back().beginning + '"');
    });
    if (rubric.empty()) throw net::Error(file + ": no line has points");
    return rubric;
}

double points_of(std::string_view name, const Rubric& rubric)
{
    if (rubric.empty()) return 1;
    const auto line = std::ranges::find_if(
        rubric, [name](const RubricLine& one) { return name.starts_with(one.beginning); });
    return line == rubric.end() ? 0 : line->points;
}

} // namespace score
