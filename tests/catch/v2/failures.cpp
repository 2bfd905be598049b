// The reporter `failures`, with which tests/grader learns what failed in a case.
#include <string>

#include "tests/catch/failure_text.h"

namespace {

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
        stream << grade::failure_text(stats) << std::flush; // shown even if the rest hangs
        return true;
    }
};

} // namespace

CATCH_REGISTER_REPORTER("failures", FailuresReporter)
