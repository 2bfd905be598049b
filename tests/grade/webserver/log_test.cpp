// The web server's access log while it is rotated.
#include "catch.h"
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/web.h"

using grade::Client;
using grade::Process;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

/// Waits for a file of that name, for a limited time; whether it exists.
bool appears(const std::filesystem::path& file, WebServer& server)
{
    const auto deadline = net::Deadline::in(10s);
    while (!std::filesystem::exists(file) && !deadline.passed())
        if (server.process().wait(net::Deadline::in(1ms))) return false;
    return std::filesystem::exists(file);
}

} // namespace

TEST_CASE("After a rename and SIGHUP the log continues in a new file, and no line is lost",
          "[webserver][robust][own]")
{
    const ScratchFolder folder;
    folder.write("www/page.html", "hello");
    const auto log = folder.path() / "access.log";
    WebServer server(folder.path() / "www", {"--log", log.string()});
    constexpr int rotations = 5;
    constexpr int requests = 100; // during one rotation
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

TEST_CASE("A log that cannot be reopened continues in the old file, and stderr has the reason",
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

TEST_CASE("A stalled log reader loses lines but no responses, and SIGTERM still works",
          "[webserver][robust][own]")
{
    const std::string stderr_too = GENERATE(as<std::string>{}, "", " 2>&1");
    CAPTURE(stderr_too);
    const ScratchFolder folder;
    folder.write("page.html", "hello");
    const std::uint16_t port = grade::free_port();
    Process server("sh",
                   {"-c", "exec 3>&2; { timeout 4 " + grade::command_of("WEBSERVER") + " " +
                              std::to_string(port) + stderr_too +
                              "; echo ended $? >&3; } | sleep 9"},
                   folder.path());
    grade::wait_until_open(grade::Transport::tcp, port, server);
    Client client(port);
    const std::string much(500, 'a'); // for each line; all lines together exceed a pipe's capacity
    for (int i = 0; i < 500; ++i) {
        client.send("GET /page.html?" + much + " HTTP/1.1\r\nHost: a\r\n\r\n");
        REQUIRE(client.receive().status == 200);
    }
    const auto deadline = net::Deadline::in(8s);
    while (server.err().find("ended") == std::string::npos && !deadline.passed())
        server.wait(net::Deadline::in(5ms));
    CHECK(server.err().ends_with("ended 124\n"));
    if (stderr_too.empty()) CHECK_THAT(server.err(), Contains("webserver: write the log: "));
}

TEST_CASE("A FIFO as the log does not block and keeps lines for a later reader",
          "[webserver][robust][own]")
{
    const ScratchFolder folder;
    folder.write("page.html", "hello");
    const auto fifo = folder.path() / "log.fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    const WebServer server(folder.path(), {"--log", fifo.string()});
    CHECK(server.get("/page.html").body == "hello");
    CHECK_THAT(grade::run("head", {"-n", "1", fifo.string()}).out, Contains("GET /page.html"));
}
