// The reporter `failures`, with which tests/grader learns what failed in a case.
#include <string>

#include "tests/catch/failure_text.h"

namespace {

class FailuresReporter : public Catch::StreamingReporterBase {
public:
    using StreamingReporterBase::StreamingReporterBase;

    static std::string getDescription() { return "what failed, and nothing else"; }

    void noMatchingTestCases(Catch::StringRef name) override
    {
        m_stream << "there is no case " << name << '\n';
    }
    void assertionEnded(const Catch::AssertionStats& stats) override
    {
        m_stream << grade::failure_text(stats) << std::flush; // shown even if the rest hangs
    }
};

} // namespace

CATCH_REGISTER_REPORTER("failures", FailuresReporter)
