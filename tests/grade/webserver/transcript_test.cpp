// The web server's transcript on standard error: -v and --explain.
#include "catch.h"

#include <csignal>

#include "tests/grade/peers/web.h"

using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

/// A server's whole output on stderr, after its end.
std::string transcript(WebServer& server)
{
    server.process().signal(SIGTERM);
    const auto outcome = server.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    return outcome->err;
}

} // namespace

TEST_CASE("-v shows each head as sent, for small and large responses", "[webserver][extra][own]")
{
    const ScratchFolder site;
    site.write("small.txt", "hello");
    site.write("large.bin", std::string(200'000, 'x'));
    WebServer server(site.path(), {"-v"});
    CHECK(server.get("/small.txt").body == "hello");
    CHECK(server.get("/large.bin").body.size() == 200'000);
    CHECK(server.ask("GARBAGE\r\n\r\n").status == 400);

    const std::string text = transcript(server);
    CAPTURE(text);
    CHECK_THAT(text, Contains("* from 127.0.0.1:"));
    for (const std::string name : {"/small.txt", "/large.bin"})
        CHECK_THAT(text, Contains("> GET " + name + " HTTP/1.1\n> Host: localhost\n"));
    CHECK_THAT(text, Contains("< HTTP/1.1 200 OK\n< Date: "));
    CHECK_THAT(text, Contains("< Content-Length: 200000\n"));
    CHECK_THAT(text, Contains("> GARBAGE\n") && Contains("< HTTP/1.1 400 Bad Request\n"));
    CHECK_THAT(text, !Contains("RFC") && !Contains("hello"));
    CHECK_THAT(text, !Contains("\x1b")); // no colour, since stderr is no terminal
}

TEST_CASE("A stalled reader of -v delays neither the clients nor the end",
          "[webserver][robust][own]")
{
    const ScratchFolder site;
    site.write("small.txt", "hello");
    const ScratchFolder folder;
    const std::string pipe = (folder.path() / "pipe").string();
    WebServer server(site.path(), {"-v", "--workers=1"},
                     "sh -c 'mkfifo " + pipe + "; exec 3<>" + pipe + "; exec " +
                         grade::command_of("WEBSERVER") + " \"$@\" 2>&3' sh");
    for (int i = 0; i < 500; ++i)
        REQUIRE(server.get("/small.txt").body == "hello");
    server.process().signal(SIGTERM);
    const auto outcome = server.process().wait(net::Deadline::in(5s));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}

TEST_CASE("--explain adds the meaning and the section of each line", "[webserver][extra][own]")
{
    const ScratchFolder site;
    WebServer server(site.path(), {"--explain"});
    CHECK(server.get("/missing.html").status == 404);
    const std::string text = transcript(server);
    CAPTURE(text);
    CHECK_THAT(text, Contains("> GET /missing.html HTTP/1.1\n      GET: get the target's "
                              "current content (RFC 9110 §9.3.1)\n"));
    CHECK_THAT(text, Contains("> Host: localhost\n      Host: ") && Contains("(RFC 9110 §7.2)"));
    CHECK_THAT(text, Contains("      404: there is nothing at that address (RFC 9110 §15.5.5)\n"));
    CHECK_THAT(text, Contains("      4xx: client error"));
    CHECK_THAT(text, Contains("      Content-Length: ") && Contains("(RFC 9110 §8.6)"));
}

TEST_CASE("No request can control the terminal that shows it", "[webserver][robust][own]")
{
    const ScratchFolder site;
    const std::string option = GENERATE("-v", "--explain");
    WebServer server(site.path(), {option});
    CHECK(server.ask("GET /\x1b]0;owned\a HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
    CHECK(server.ask("GET / HTTP/1.1\r\nHost: a\r\nX: \x1b[2J\b\x7f\r\n\r\n").status == 400);
    CHECK(server.ask("\x1b[31m\x9b / HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
    CHECK(server
              .ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \x9b"
                   "2J\xff\r\n\r\n")
              .status == 200);
    const std::string text = transcript(server);
    CAPTURE(text);
    CHECK(text.find_first_of("\x1b\a\b\x7f\r\xff") == std::string::npos);
    CHECK_THAT(text, Contains("\\x1b]0;owned\\x07") && Contains("\\x1b[2J\\x08\\x7f") &&
                         Contains("\\x9b2J\\xff"));
}
