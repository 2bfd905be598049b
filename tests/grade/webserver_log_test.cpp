// The web server's access log while it is rotated.
#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/grade/web.h"

using Catch::Matchers::Contains;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

/// Whether there is such a file, or there is one before long.
bool appears(const std::filesystem::path& file, WebServer& server)
{
    const auto deadline = net::Deadline::in(10s);
    while (!std::filesystem::exists(file) && !deadline.passed())
        if (server.process().wait(net::Deadline::in(1ms))) return false;
    return std::filesystem::exists(file);
}

} // namespace

TEST_CASE("A log that is renamed goes on in a new file, and no line is lost",
          "[webserver][robust][own]")
{
    const ScratchFolder folder;
    folder.write("www/page.html", "hello");
    const auto log = folder.path() / "access.log";
    WebServer server(folder.path() / "www", {"--log", log.string()});
    constexpr int rotations = 5;
    constexpr int requests = 100; // while one rotation goes on
    Client client(server.port());
    int sent = 0;
    for (int i = 0; i < rotations; ++i) {
        std::filesystem::rename(log, log.string() + "." + std::to_string(i));
        server.process().signal(SIGHUP);
        for (int j = 0; j < requests; ++j, ++sent) {
            client.send("GET /page.html?" + std::to_string(sent) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            REQUIRE(client.receive().status == 200);
        }
        REQUIRE(appears(log, server));
    }
    server.process().signal(SIGTERM);
    REQUIRE(server.process().wait(net::Deadline::in(10s)));

    std::string lines;
    for (int i = 0; i < rotations; ++i)
        lines += grade::content_of(log.string() + "." + std::to_string(i));
    lines += grade::content_of(log);
    CHECK(std::ranges::count(lines, '\n') == sent);
    for (int i = 0; i < sent; ++i)
        REQUIRE_THAT(lines, Contains("\"GET /page.html?" + std::to_string(i) + " HTTP/1.1\" 200"));
}

TEST_CASE("A log that cannot be reopened goes on as it was, and stderr says why",
          "[webserver][robust][own]")
{
    const ScratchFolder folder;
    const auto log = folder.write("logs/access.log", "");
    WebServer server(folder.path(), {"--log", log.string()});
    std::filesystem::rename(folder.path() / "logs", folder.path() / "old");
    server.process().signal(SIGHUP);
    const auto deadline = net::Deadline::in(10s);
    const std::string complaint = "open the log " + log.string() + ": No such file or directory";
    while (server.process().err().find(complaint) == std::string::npos && !deadline.passed())
        REQUIRE_FALSE(server.process().wait(net::Deadline::in(1ms)));
    CHECK(server.get("/nothing").status == 404);
    CHECK_THAT(grade::content_of(folder.path() / "old/access.log"), Contains("GET /nothing"));
}
