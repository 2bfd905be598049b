#include "tests/grader/case.h"

#include <algorithm>
#include <sstream>

#include "common/text/ascii.h"

namespace score {
namespace {

bool has_tag(std::string_view tags, std::string_view tag)
{
    return tags.find("[" + std::string(tag) + "]") != std::string_view::npos;
}

} // namespace

std::string variable_of(std::string name)
{
    std::ranges::transform(name, name.begin(), net::to_upper);
    return name;
}

std::string_view name_of(Level level)
{
    switch (level) {
    case Level::lab: return "lab";
    case Level::extra: return "extra";
    case Level::robust: return "robust";
    }
    return "";
}

std::vector<Case> select_cases(std::string_view list, const std::vector<Program>& programs,
                               const std::vector<std::string>& excluded)
{
    std::vector<Case> chosen;
    std::istringstream lines{std::string(list)};
    Case one;
    while (std::getline(lines, one.name, '\t') && std::getline(lines, one.tags)) {
        const auto program = std::ranges::find_if(programs, [&](const Program& candidate) {
            return has_tag(one.tags, candidate.name) &&
                   (candidate.is_ours || !has_tag(one.tags, "own"));
        });
        const auto* const level = std::ranges::find_if(
            levels, [&](Level candidate) { return has_tag(one.tags, name_of(candidate)); });
        const bool is_unwanted = std::ranges::any_of(
            excluded, [&](const std::string& tag) { return has_tag(one.tags, tag); });
        if (program == programs.end() || level == levels.end() || is_unwanted) continue;
        one.program = program->name;
        one.level = *level;
        chosen.push_back(one);
    }
    return chosen;
}

} // namespace score
