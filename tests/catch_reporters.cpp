// Two reporters for tests/score, which grades programs case by case: `cases` lists them with their
// tags, `failures` says what failed in one.
#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>

#include <string>

#include "tests/grade/peers/record.h"

namespace {

class CasesReporter : public Catch::StreamingReporterBase<CasesReporter> {
public:
    using StreamingReporterBase::StreamingReporterBase;

    static std::string getDescription()
    {
        return "lists every case with its tags; runs those you name";
    }

    void testRunStarting(const Catch::TestRunInfo& /*run*/) override
    {
        for (const auto& test : Catch::getRegistryHub().getTestCaseRegistry().getAllTests())
            stream << test.name << '\t' << test.tagsAsString() << '\n';
    }
    void assertionStarting(const Catch::AssertionInfo& /*assertion*/) override {}
    bool assertionEnded(const Catch::AssertionStats& /*assertion*/) override { return false; }
};

class FailuresReporter : public Catch::StreamingReporterBase<FailuresReporter> {
public:
    using StreamingReporterBase::StreamingReporterBase;

    static std::string getDescription() { return "what failed, and nothing else"; }

    void noMatchingTestCases(const std::string& name) override
    {
        stream << "there is no case " << name << '\n';
    }
    void assertionStarting(const Catch::AssertionInfo& /*assertion*/) override {}
    bool assertionEnded(const Catch::AssertionStats& stats) override
    {
        const auto& result = stats.assertionResult;
        if (result.isOk() && result.getResultType() != Catch::ResultWas::Warning) return false;
        const std::string file = result.getSourceInfo().file;
        stream << file.substr(file.rfind('/') + 1) << ':' << result.getSourceInfo().line;
        if (result.hasExpression()) stream << ": " << result.getExpressionInMacro();
        stream << '\n';
        if (result.hasExpandedExpression()) line(result.getExpandedExpression());
        for (const auto& message : stats.infoMessages)
            line(message.message);
        if (result.hasMessage() && stats.infoMessages.empty())
            line(std::string(result.getMessage()));
        stream.flush(); // what has failed is told even if the rest hangs
        return true;
    }

private:
    void line(const std::string& text) { stream << "    " << grade::escaped(text) << '\n'; }
};

} // namespace

CATCH_REGISTER_REPORTER("cases", CasesReporter)
CATCH_REGISTER_REPORTER("failures", FailuresReporter)
