// The web server's responses to a browser.
#include "catch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <thread>

#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view hello = "<!DOCTYPE html>\n<title>Hello</title>\n<p>Hello, World!\n";

/// Every byte value, several times.
std::string binary()
{
    std::string bytes;
    for (int i = 0; i < 100'000; ++i)
        bytes += static_cast<char>(i * 7 % 256);
    return bytes;
}

/// The folder that the cases serve.
struct Site {
    Site()
    {
        folder.write("HelloWorld.html", hello);
        folder.write("picture.jpg", binary());
        folder.write("index.html", "<title>first page</title>");
        folder.write("sub/index.html", "<title>in the folder</title>");
        folder.write("empty.txt", "");
    }

    ScratchFolder folder;
};

std::string localhost_request(std::string_view method, std::string_view target,
                              std::string_view fields = "")
{
    return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" +
           std::string(fields) + "\r\n";
}

} // namespace

TEST_CASE("An existing page is sent with 200", "[webserver][lab]")
{
    const Site site;
    const WebServer server(site.folder.path());
    const Answer answer = server.get("/HelloWorld.html");
    CHECK(answer.status == 200);
    CHECK_THAT(answer.body, StartsWith(std::string(hello)));
    CHECK(answer.body.find_first_not_of("\r\n", hello.size()) == std::string::npos);
}

TEST_CASE("A page is sent with all its bytes and no more", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    CHECK(server.get("/HelloWorld.html").body == hello);
}

TEST_CASE("A missing page gives 404", "[webserver][lab]")
{
    const Site site;
    const WebServer server(site.folder.path());
    CHECK(server.get("/no-such-page.html").status == 404);
    CHECK(server.get("/HelloWorld.html").status == 200); // the server continues
}

TEST_CASE("A picture arrives byte for byte", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    const Answer answer = server.get("/picture.jpg");
    CHECK(answer.status == 200);
    CHECK((answer.body == binary())); // in parentheses, so that Catch does not print it
}

TEST_CASE("A response has the type, the length and the times of the file", "[webserver][extra]")
{
    const Site site;
    const auto file = site.folder.write("old.css", "a { color: red }");
    const timespec in_1994{.tv_sec = 784'111'777, .tv_nsec = 0};
    const std::array<timespec, 2> times{in_1994, in_1994};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);

    const WebServer server(site.folder.path());
    const Answer answer = server.get("/old.css");
    CHECK(answer.status == 200);
    CHECK_THAT(answer.field("Content-Type"), StartsWith("text/css"));
    CHECK(answer.field("Content-Length") == "16");
    CHECK(answer.field("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK_THAT(answer.field("Date"),
               Matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"));
}

TEST_CASE("Each file name extension has its type", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{
             {"a.html", "text/html"},
             {"a.TXT", "text/plain"},
             {"a.js", "text/javascript"},
             {"a.json", "application/json"},
             {"a.png", "image/png"},
             {"a.jpg", "image/jpeg"},
             {"a.gif", "image/gif"},
             {"a.svg", "image/svg+xml"},
             {"a.pdf", "application/pdf"},
             {"a.mp4", "video/mp4"},
             {"a.zip", "application/zip"},
             {"a.unheard-of", "application/octet-stream"},
         }) {
        site.folder.write(name, "content");
        CHECK_THAT(server.get("/" + name).field("Content-Type"), StartsWith(type));
    }
}

TEST_CASE("HEAD has the fields of GET without the body", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    client.send(localhost_request("HEAD", "/HelloWorld.html") +
                localhost_request("GET", "/HelloWorld.html"));
    const Answer head = client.receive(true);
    const Answer get = client.receive(); // a body after the head would be parsed as this response
    CHECK(head.status == 200);
    CHECK(get.body == hello);
    for (const char* name : {"Content-Type", "Content-Length", "Last-Modified"})
        CHECK(head.field(name) == get.field(name));
}

TEST_CASE("A folder's path gives its index.html", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    CHECK(server.get("/").body == "<title>first page</title>");
    CHECK(server.get("/sub/").body == "<title>in the folder</title>");
    const Answer answer = server.get("/sub?a=b"); // relative links need the final slash
    CHECK(answer.status == 301);
    CHECK(answer.field("Location") == "/sub/?a=b");
}

TEST_CASE("Names with spaces and letters beyond ASCII are found", "[webserver][extra]")
{
    const Site site;
    site.folder.write("f\u00fcr alle.txt", "yes");
    const WebServer server(site.folder.path());
    CHECK(server.get("/f%C3%BCr%20alle.txt").body == "yes");
    CHECK(server.get("/f\u00fcr%20alle.txt?query").body == "yes");
}

TEST_CASE("An empty file is sent with length 0", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    const Answer answer = server.get("/empty.txt");
    CHECK(answer.status == 200);
    CHECK(answer.field("Content-Length") == "0");
}

TEST_CASE("The next request sees a changed file", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string content : {"one", "two", "and three"}) {
        site.folder.write("changing.txt", content);
        client.send(localhost_request("GET", "/changing.txt"));
        CHECK(client.receive().body == content);
    }
}

TEST_CASE("Each method has its status", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    for (const auto& [method, status] : std::vector<std::pair<std::string, int>>{
             {"POST", 405},
             {"PUT", 405},
             {"DELETE", 405},
             {"PATCH", 405},
             {"TRACE", 405},
             {"OPTIONS", 204},
             {"get", 501},
             {"FETCH", 501},
         }) {
        CAPTURE(method);
        const Answer answer = server.ask(localhost_request(method, "/HelloWorld.html"));
        CHECK(answer.status == status);
        if (status != 501) CHECK_THAT(answer.field("Allow"), Contains("GET") && Contains("HEAD"));
    }
}

TEST_CASE("A connection serves request after request, in order", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    std::string many; // pipelined: all are sent before the first response is read
    for (int i = 0; i < 100; ++i)
        many += localhost_request("GET", i % 2 == 0 ? "/HelloWorld.html" : "/nothing");
    client.send(many);
    for (int i = 0; i < 100; ++i) {
        const Answer answer = client.receive();
        REQUIRE(answer.status == (i % 2 == 0 ? 200 : 404));
    }
    client.send(localhost_request("GET", "/", "Connection: close\r\n"));
    const Answer last = client.receive();
    CHECK(last.status == 200);
    CHECK(last.field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("Responses of every size arrive whole and in order, pipelined or not",
          "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    std::vector<std::string> contents;
    std::string pipeline;
    for (const auto size :
         std::to_array<std::size_t>({1, 10'000, 100'000, 2, 20'000, 300'000, 3, 250'000, 4})) {
        std::string& content = contents.emplace_back(size, ' ');
        for (std::size_t i = 0; i < size; ++i)
            content[i] = static_cast<char>('a' + (i * 7 + i / 256 + size) % 26);
        site.folder.write(std::to_string(size), content);
        pipeline += localhost_request("GET", "/" + std::to_string(size));
    }
    Client patient(server.port());
    Client eager(server.port());
    Client slow(server.port());               // reads nothing until the socket buffers are full
    for (int round = 0; round < 2; ++round) { // in the second round the files may be cached
        for (const std::string& content : contents) {
            patient.send(localhost_request("GET", "/" + std::to_string(content.size())));
            REQUIRE((patient.receive().body == content));
        }
        eager.send(pipeline);
        for (const std::string& content : contents)
            REQUIRE((eager.receive().body == content));
    }
    constexpr int more_than_fit = 60;
    for (int i = 0; i < more_than_fit; ++i) {
        slow.send(localhost_request("GET", "/250000"));
        std::this_thread::sleep_for(5ms); // otherwise the server receives several at once
    }
    for (int i = 0; i < more_than_fit; ++i)
        REQUIRE((slow.receive().body == contents[7]));
}

TEST_CASE("HTTP/1.0 connections close without keep-alive", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    Client once(server.port());
    once.send("GET /HelloWorld.html HTTP/1.0\r\n\r\n");
    CHECK(once.receive().body == hello);
    CHECK(once.is_closed());

    Client again(server.port());
    for (int i = 0; i < 2; ++i) {
        again.send("GET /HelloWorld.html HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const Answer answer = again.receive();
        CHECK(answer.body == hello);
        CHECK(answer.field("Connection") == "keep-alive");
    }
}

TEST_CASE("The target can be an absolute URL", "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    CHECK(server.ask(localhost_request("GET", "http://elsewhere.example/HelloWorld.html")).body ==
          hello);
    CHECK(server.ask(localhost_request("GET", "http://elsewhere.example")).status == 200);
}

TEST_CASE("A client that has shut down its writing side still gets its response",
          "[webserver][extra]")
{
    const Site site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    client.send(localhost_request("GET", "/picture.jpg"));
    client.finish();
    CHECK((client.receive().body == binary()));
}

TEST_CASE("Each request has a line in the access log", "[webserver][extra]")
{
    const Site site;
    WebServer server(site.folder.path());
    const std::string fields = "Referer: http://a.example/\r\nUser-Agent: grader \"1\"\r\n";
    REQUIRE(server.ask(localhost_request("GET", "/HelloWorld.html", fields)).status == 200);
    REQUIRE(server.ask("HEAD / HTTP/1.0\r\n\r\n").status == 200);
    REQUIRE(server.ask("GARBAGE\r\n\r\n").status == 400);
    server.process().signal(SIGTERM);
    const auto outcome = server.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    const std::string time = R"(\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}\])";
    CHECK_THAT(
        outcome->out,
        Matches(
            "127\\.0\\.0\\.1 - - " + time + R"( "GET /HelloWorld\.html HTTP/1\.1" 200 )" +
            std::to_string(hello.size()) +
            R"( "http://a\.example/" "grader \\x221\\x22"\n127.*"HEAD / HTTP/1\.0" 200 0 "-" "-"\n127.*"GARBAGE" 400 [0-9]+ "-" "-"\n)"));
}
