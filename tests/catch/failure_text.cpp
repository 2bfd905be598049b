#include "tests/catch/failure_text.h"

#include "tests/grade/peers/record.h"

namespace grade {
namespace {

std::string line(const std::string& text)
{
    return "    " + escaped(text) + '\n';
}

} // namespace

std::string failure_text(const Catch::AssertionStats& stats)
{
    const auto& result = stats.assertionResult;
    if (result.isOk() && result.getResultType() != Catch::ResultWas::Warning) return {};
    const std::string file = result.getSourceInfo().file;
    std::string text =
        file.substr(file.rfind('/') + 1) + ':' + std::to_string(result.getSourceInfo().line);
    if (result.hasExpression()) text += ": " + std::string(result.getExpressionInMacro());
    text += '\n';
    if (result.hasExpandedExpression()) text += line(std::string(result.getExpandedExpression()));
    for (const auto& message : stats.infoMessages)
        text += line(message.message);
    if (result.hasMessage() && stats.infoMessages.empty())
        text += line(std::string(result.getMessage()));
    return text;
}

} // namespace grade
