#include "tests/catch/failure_text.h"

#include <cstdlib>

#include "tests/grade/peers/record.h"

namespace grade {
namespace {

std::string line(const std::string& text)
{
    return "    " + escaped(text) + '\n';
}

/// Whether the program is that of others: then no line of C++ helps.
bool is_for_students()
{
    const char* theirs = std::getenv("GRADE_THEIRS");
    return theirs != nullptr && *theirs != '\0';
}

/// "webserver_test.cpp:65: CHECK( status == 200 )"
std::string place_of(const Catch::AssertionResult& result)
{
    const std::string file = result.getSourceInfo().file;
    std::string text =
        file.substr(file.rfind('/') + 1) + ':' + std::to_string(result.getSourceInfo().line);
    if (result.hasExpression()) text += ": " + std::string(result.getExpressionInMacro());
    return text + '\n';
}

/// The values that were compared. For students: "found 404, expected 200", or nothing where there
/// are no values.
std::string expansion_line(const std::string& expansion)
{
    if (!is_for_students()) return line(expansion);
    constexpr std::size_t longest = 100;
    const auto equals = expansion.find(" == ");
    if (expansion.find(' ') == std::string::npos || expansion.size() > longest) return {};
    if (equals == std::string::npos) return line(expansion);
    const auto decimal = [](const std::string& value) {
        return value.substr(0, value.find(" (0x"));
    };
    return line("found " + decimal(expansion.substr(0, equals)) + ", expected " +
                decimal(expansion.substr(equals + 4)));
}

} // namespace

std::string failure_text(const Catch::AssertionStats& stats)
{
    const auto& result = stats.assertionResult;
    if (result.isOk() && result.getResultType() != Catch::ResultWas::Warning) return {};
    std::string text = is_for_students() ? std::string() : place_of(result);
    if (result.hasExpandedExpression())
        text += expansion_line(std::string(result.getExpandedExpression()));
    for (const auto& message : stats.infoMessages)
        text += line(message.message);
    if (result.hasMessage() && stats.infoMessages.empty())
        text += line(std::string(result.getMessage()));
    return text;
}

} // namespace grade
