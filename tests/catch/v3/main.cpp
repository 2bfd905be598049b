// main() of both test programs: Catch2's, and `--cases [TESTS]`, which lists cases with their tags.
#include <iostream>
#include <span>
#include <string_view>

#include "catch.h"

int main(int count, char** words)
{
    Catch::Session session;
    const std::span arguments(words, static_cast<std::size_t>(count));
    const bool lists = count > 1 && std::string_view(arguments[1]) == "--cases";
    if (lists) std::swap(arguments[0], arguments[1]);
    const int status =
        session.applyCommandLine(lists ? count - 1 : count, lists ? words + 1 : words);
    if (status != 0) return status;
    if (lists) {
        const auto& config = session.config();
        for (const auto& test :
             filterTests(getAllTestCasesSorted(config), config.testSpec(), config))
            std::cout << test.getTestCaseInfo().name << '\t'
                      << test.getTestCaseInfo().tagsAsString() << '\n';
        return 0;
    }
    auto& reporters = session.configData().reporterSpecifications;
    session.configData().allowZeroTests = reporters.empty() || reporters[0].name() != "failures";
    return session.run();
}
