#include "common/program/line_log.h"

#include "catch.h"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "common/error.h"
#include "tests/unit/child.h"
#include "tests/unit/scratch.h"

namespace {

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

TEST_CASE("Lines are appended to the log's file", "[common][line_log]")
{
    const Scratch folder;
    const auto file = folder.write("log", "old\n");
    const net::LineLog log("test", file);
    CHECK(log.is_on());
    CHECK(log.is_file());
    log.write("new\n");
    CHECK(content_of(file) == "old\nnew\n");
}

TEST_CASE("A renamed log continues in a new file once it is reopened", "[common][line_log]")
{
    const Scratch folder;
    const auto file = folder.path() / "log";
    net::LineLog log("test", file);
    log.write("first\n");
    std::filesystem::rename(file, folder.path() / "log.1");
    log.write("second\n");
    log.reopen();
    log.write("third\n");
    CHECK(content_of(folder.path() / "log.1") == "first\nsecond\n");
    CHECK(content_of(file) == "third\n");
}

TEST_CASE("The log can be off, but a log that cannot be opened is an error", "[common][line_log]")
{
    const net::LineLog none("test", "none");
    CHECK_FALSE(none.is_on());
    CHECK_FALSE(none.is_file());
    CHECK_THROWS_AS(net::LineLog("test", "/nonexistent/log"), net::Error);
}

TEST_CASE("A log that is removed while it is open is created again", "[common][line_log]")
{
    const Scratch folder;
    const auto file = folder.path() / "log";
    const net::LineLog log("test", file);
    log.write("first\n");
    std::filesystem::remove(file);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    log.write("second\n");
    CHECK(content_of(file) == "second\n");
}

TEST_CASE("Lost lines are counted, and a cut line gets its end", "[common][line_log]")
{
    const Scratch folder;
    const auto file = folder.path() / "log";
    const Ending ending = in_child([&file] {
        ::signal(SIGXFSZ, SIG_IGN);
        const net::LineLog log("test", file);
        const rlimit full{10, RLIM_INFINITY}; // bytes of a file: as on a full disk
        ::setrlimit(RLIMIT_FSIZE, &full);
        for (const char* line : {"first\n", "second\n", "third\n"})
            log.write(line);
        const rlimit empty{RLIM_INFINITY, RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &empty);
        log.write("fourth\n");
        return 0;
    });
    CHECK(content_of(file) == "first\nseco\nfourth\n");
    CHECK(ending.err == "test: write the log: No space left on device\n"
                        "test: 2 lines of the log were lost\n");
}
