// webclient: its requests, output and error messages.
#include "catch.h"

#include <csignal>
#include <sstream>

#include "tests/certificates.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/tls_origin.h"

using grade::built_in_port;
using grade::command_of;
using grade::html;
using grade::ok;
using grade::Origin;
using grade::Outcome;
using grade::path_of;
using grade::says;
using grade::ScratchFolder;
using namespace std::chrono_literals;

namespace {

Outcome webclient(const std::vector<std::string>& arguments,
                  const std::filesystem::path& folder = "/")
{
    return grade::run(grade::command_of("WEBCLIENT"), arguments, folder);
}

/// Requests an origin's file with the assignment's arguments: host, port and file.
Outcome fetch(const Origin& origin, const std::string& file)
{
    const std::string port = std::to_string(origin.port());
    return grade::run(
        command_of("WEBCLIENT", {{"host", "127.0.0.1"}, {"port", port}, {"path", file}}), {});
}

/// The output on a terminal.
std::string on_terminal(const std::string& arguments)
{
    const Outcome outcome = grade::run(
        "script", {"-qec", grade::command_of("WEBCLIENT") + " " + arguments, "/dev/null"});
    return outcome.out;
}

std::size_t files_in(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

TEST_CASE("The client requests the given file and prints the response", "[webclient][lab]")
{
    const Origin origin(says(html("<p>Hello, World!\n")), "127.0.0.1", built_in_port("WEBCLIENT"));
    const Outcome outcome = fetch(origin, "HelloWorld.html");
    CHECK_THAT(outcome.out, Contains("200 OK") && Contains("<p>Hello, World!"));
    REQUIRE(origin.requests().size() == 1);
    CHECK_THAT(origin.requests()[0], StartsWith("GET /HelloWorld.html HTTP/1."));
}

TEST_CASE("The client prints the page of a 404 response", "[webclient][lab]")
{
    const Origin origin(says("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot here."),
                        "127.0.0.1", built_in_port("WEBCLIENT"));
    CHECK_THAT(fetch(origin, "missing.html").out, Contains("404") && Contains("Not here."));
}

TEST_CASE("The client reads the whole response, not only its first piece", "[webclient][lab]")
{
    const std::string begin(100'000, 'x');
    const Origin origin(says(html(begin + "the end")), "127.0.0.1", built_in_port("WEBCLIENT"));
    const Outcome outcome = fetch(origin, "long.html");
    CHECK(outcome.out.find("xxx") != std::string::npos);
    CHECK(outcome.out.find("the end") != std::string::npos);
}

TEST_CASE("The client sends a Host field", "[webclient][extra]")
{
    const Origin origin(says(html("hello")), "127.0.0.1", built_in_port("WEBCLIENT"));
    fetch(origin, "HelloWorld.html");
    REQUIRE(origin.requests().size() == 1);
    CHECK_THAT(origin.requests()[0], Contains("\r\nHost: 127.0.0.1")); // RFC 9112, section 3.2
}

TEST_CASE("The client decodes a chunked response", "[webclient][extra]")
{
    const Origin origin(says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"),
                        "127.0.0.1", built_in_port("WEBCLIENT"));
    CHECK_THAT(fetch(origin, "chunked.html").out, Contains("hello world"));
}

TEST_CASE("Without a listener, the client prints an error and exits with a failure status",
          "[webclient][robust]")
{
    const auto nobody = std::to_string(grade::port_for("WEBCLIENT"));
    const Outcome outcome = grade::run(
        command_of("WEBCLIENT", {{"host", "127.0.0.1"}, {"port", nobody}, {"path", "a.html"}}), {});
    CHECK(outcome.status != 0);
    CHECK_THAT(outcome.out + outcome.err, Contains("refused", Catch::CaseSensitive::No));
    CHECK(outcome.err.find("Traceback") == std::string::npos); // an error message, not a crash
}

TEST_CASE("webclient HOST PORT PATH prints head and body", "[webclient][lab][own]")
{
    const std::string answer = html("<p>hello\n");
    const Origin origin(says(answer));
    const std::string path = GENERATE("HelloWorld.html", "/HelloWorld.html");
    const Outcome outcome = webclient({"127.0.0.1", std::to_string(origin.port()), path});
    CHECK(outcome.status == 0);
    CHECK(outcome.out == answer);
    CHECK(outcome.err.empty());
    REQUIRE(origin.requests().size() == 1);
    CHECK_THAT(origin.requests()[0],
               StartsWith("GET /HelloWorld.html HTTP/1.1\r\nHost: 127.0.0.1:" +
                          std::to_string(origin.port()) + "\r\n"));
    CHECK_THAT(origin.requests()[0], Contains("\r\nConnection: close\r\n"));
}

TEST_CASE("webclient URL prints the same, and an error page with exit status 1",
          "[webclient][extra][own]")
{
    const Origin origin([](const std::string& head) {
        return path_of(head) == "/there?q" ? html("yes")
                                           : std::string("HTTP/1.1 404 Not Found\r\n"
                                                         "Content-Length: 2\r\n\r\nno");
    });
    const Outcome there = webclient({origin.url("/there?q#part")});
    CHECK(there.status == 0);
    CHECK_THAT(there.out, Contains("\r\n\r\nyes"));
    const Outcome missing = webclient({origin.url("/missing")});
    CHECK(missing.status == 1);
    CHECK_THAT(missing.out, StartsWith("HTTP/1.1 404") && Contains("\r\n\r\nno"));
}

TEST_CASE("A chunked body is decoded", "[webclient][extra][own]")
{
    const Origin origin(says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"));
    CHECK_THAT(webclient({origin.url("/")}).out, Contains("\r\n\r\nhello world"));
}

TEST_CASE("-I sends HEAD", "[webclient][extra][own]")
{
    const Origin origin(says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    const Outcome outcome = webclient({"-I", origin.url("/")});
    CHECK(outcome.status == 0);
    CHECK(outcome.out == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    CHECK_THAT(origin.requests().at(0), StartsWith("HEAD / "));
}

TEST_CASE("-v shows the addresses and the request on stderr", "[webclient][extra][own]")
{
    const Origin origin(says(html("x")));
    const Outcome outcome = webclient({"-v", origin.url("/a")});
    CHECK_THAT(outcome.err,
               Contains("* address 127.0.0.1:" + std::to_string(origin.port()) + "\n") &&
                   Contains("> GET /a HTTP/1.1\n"));
    CHECK_THAT(outcome.out, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("--explain shows both heads with the meaning of each line", "[webclient][extra][own]")
{
    const Origin origin(says(html("x")));
    const Outcome outcome = webclient({"--explain", origin.url("/a")});
    CHECK_THAT(outcome.err, Contains("> GET /a HTTP/1.1\n      ") &&
                                Contains("< HTTP/1.1 200 OK\n      ") && Contains("(RFC 9110 "));
    CHECK_THAT(outcome.out, StartsWith("HTTP/1.1 200 OK\r\n") && !Contains("RFC"));
}

TEST_CASE("-o writes the whole body to a file and the head to stdout", "[webclient][extra][own]")
{
    std::string binary;
    for (int i = 0; i < 1'000'000; ++i)
        binary += static_cast<char>(i * 7 % 256);
    const Origin origin(says(html(binary)));
    const ScratchFolder folder;
    folder.write("file", "before");
    const Outcome outcome = webclient({"-o", "file", origin.url("/")}, folder.path());
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, StartsWith("HTTP/1.1 200 OK\r\n") && !Contains("\x01"));
    CHECK((grade::content_of(folder.path() / "file") == binary));
    CHECK(files_in(folder.path()) == 1);
    CHECK(webclient({"-o", "/dev/null", origin.url("/")}).status == 0);
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("An incomplete body leaves the file unchanged", "[webclient][robust][own]")
{
    const auto [answer, reason] = GENERATE(table<std::string, std::string>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "ended after 5 of 10 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "ended after 5"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
         "longer than its size"},
        {"220 mail.example ESMTP\r\n", "does not begin with HTTP/"},
        {"HTTP/1.1 200 OK\r\nContent-", "ended before the end of the head"},
    }));
    const Origin origin(says(answer));
    const ScratchFolder folder;
    folder.write("file", "before");
    const Outcome outcome = webclient({"-o", "file", origin.url("/")}, folder.path());
    CHECK(outcome.status == 4);
    CHECK_THAT(outcome.err, StartsWith("webclient: read the ") && Contains(reason));
    CHECK(grade::content_of(folder.path() / "file") == "before");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("Ctrl-C leaves no partial file", "[webclient][robust][own]")
{
    net::TcpListener listener(0, "127.0.0.1");
    const ScratchFolder folder;
    const std::string url = "http://127.0.0.1:" + std::to_string(listener.local().port()) + "/";
    grade::Process process(grade::command_of("WEBCLIENT"), {"-o", "file", url}, folder.path());
    auto stream = listener.accept();
    REQUIRE(stream);
    stream->write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", net::Deadline::in(10s));
    const auto deadline = net::Deadline::in(10s);
    while (process.out().find("\r\n\r\n") == std::string::npos && !deadline.passed())
        if (process.wait(net::Deadline::in(5ms))) break;
    process.signal(SIGINT);
    const auto outcome = process.wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CHECK(outcome->status == 130);
    CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("An unreachable server is named, with exit status 3", "[webclient][robust][own]")
{
    const Outcome refused = webclient({"127.0.0.1", std::to_string(grade::free_port())});
    CHECK(refused.status == 3);
    CHECK_THAT(refused.err, Matches("webclient: connect to .*: Connection refused\n"));
    const Outcome unknown = webclient({"http://no.such.host.invalid/"});
    CHECK(unknown.status == 3);
    CHECK_THAT(unknown.err, Contains("look up no.such.host.invalid: "));
}

TEST_CASE("A silent server causes a time-out", "[webclient][robust][own]")
{
    const Origin silent(says(""));
    const Outcome outcome = webclient({"--timeout=0.2", silent.url("/")});
    CHECK(outcome.status == 4);
    CHECK_THAT(outcome.err, Contains("timed out"));
}

TEST_CASE("An invalid argument of webclient ends with one line and exit status 2",
          "[webclient][robust][own]")
{
    struct Row {
        std::vector<std::string> arguments;
        std::string reason;
    };
    const auto [arguments, reason] = GENERATE(values<Row>({
        {{}, "URL|HOST is missing (try"},
        {{"ftp://a/"}, "is neither an http or https URL"},
        {{"http://a/", "81"}, "a URL contains the port"},
        {{"http://a/", "80", "/"}, "a URL contains the port"},
        {{"a", "0", "/"}, "PORT '0' is not a whole number from 1"},
        {{"a", "80", "/", "b"}, "unexpected argument 'b'"},
        {{"a b"}, "nor a host name"},
        {{"-o", "/no/such/file", "http://127.0.0.1:1/"}, "No such file or directory"},
    }));
    const Outcome outcome = webclient(arguments);
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, StartsWith("webclient: ") && Contains(reason));
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
}

TEST_CASE("A full disk is reported with exit status 2", "[webclient][robust][own]")
{
    const Origin origin(says(html("hello")));
    const Outcome outcome = webclient({"-o", "/dev/full", origin.url("/")});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("No space left on device"));
}

TEST_CASE("Server output cannot control a terminal", "[webclient][robust][own]")
{
    if (!grade::can_have_terminal()) return;
    const Origin origin(says(ok("a\033[2Jb\xc2\x9b"
                                "c \xc3\xa4\n",
                                "X: \xc2\x9b"
                                "2J\r\n")));
    const std::string shown = on_terminal(origin.url("/"));
    CHECK_THAT(shown, Contains("a\\x1b[2Jb\\xc2\\x9bc \xc3\xa4") && Contains("X: \\xc2\\x9b2J"));
    CHECK(shown.find('\033') == std::string::npos);
    CHECK_THAT(webclient({origin.url("/")}).out,
               Contains("a\033[2Jb")); // a pipe gets the text unchanged
}

TEST_CASE("https requires a trusted certificate", "[webclient][extra][own]")
{
    if (!grade::has_tls("WEBCLIENT")) {
        const Origin origin(says(""));
        const Outcome outcome =
            webclient({"https://127.0.0.1:" + std::to_string(origin.port()) + "/"});
        CHECK(outcome.status == 3);
        CHECK_THAT(outcome.err, Contains("built without TLS"));
        return;
    }
    const ScratchFolder folder;
    const Certificates certificates(folder.path());
    certificates.make("good", "DNS:localhost");
    folder.write("page", html("private"));
    const grade::TlsOrigin origin(folder, certificates, "good");
    const Outcome trusted =
        webclient({"--ca", certificates.path("ca.pem"), origin.url("localhost", "/page")});
    CHECK(trusted.status == 0);
    CHECK_THAT(trusted.out, Contains("\r\n\r\nprivate"));
    const Outcome stranger = webclient({origin.url("localhost", "/page")});
    CHECK(stranger.status == 3);
    CHECK_THAT(stranger.err, Contains("unknown authority"));
}

TEST_CASE("webclient sends the absolute URL to a proxy", "[webclient][extra][own]")
{
    const Origin proxy(says(html("through it\n")));
    const std::string place = "127.0.0.1:" + std::to_string(proxy.port());
    const std::string scheme = GENERATE("", "http://");
    const Outcome outcome = webclient({"-x", scheme + place, "http://example.org/page?x=1"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("through it\n"));
    REQUIRE(proxy.requests().size() == 1);
    CHECK_THAT(proxy.requests()[0],
               StartsWith("GET http://example.org/page?x=1 HTTP/1.1\r\nHost: example.org\r\n"));
}

TEST_CASE("webclient opens a tunnel through a proxy to an https server", "[webclient][extra][own]")
{
    const Origin proxy(says("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
    const std::string place = "127.0.0.1:" + std::to_string(proxy.port());
    const Outcome outcome = webclient({"--proxy", place, "https://example.org/page"});
    CHECK(outcome.status == 3);
    CHECK_THAT(outcome.err,
               Contains("a tunnel to example.org:443: the proxy's response is 403 Forbidden"));
    REQUIRE(proxy.requests().size() == 1);
    CHECK_THAT(proxy.requests()[0],
               StartsWith("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n"));
}

TEST_CASE("A malformed --proxy is an error", "[webclient][robust][own]")
{
    const std::string wrong = GENERATE("localhost:port", "https://localhost:8888 x", ":1");
    const Outcome outcome = webclient({"-x", wrong, "http://example.org/"});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("--proxy '" + wrong + "' is not of the form HOST:PORT"));
}

TEST_CASE("With stdout closed, output goes to no other file or socket", "[webclient][robust][own]")
{
    const Origin origin(says(html("the body")));
    const ScratchFolder folder;
    const std::string without_output =
        "sh -c 'exec " + grade::command_of("WEBCLIENT") + " \"$@\" >&-' sh";
    const std::string url = "http://127.0.0.1:" + std::to_string(origin.port()) + "/";
    CHECK(grade::run(without_output, {url}).status == 2);
    CHECK(grade::run(without_output, {"-o", "page", url}, folder.path()).status == 2);
    CHECK(files_in(folder.path()) == 0);
}
