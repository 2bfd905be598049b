// The web server's command line.
#include "catch.h"

#include <array>
#include <csignal>

#include "tests/grade/peers/web.h"

using grade::Outcome;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

Outcome webserver(const std::vector<std::string>& arguments)
{
    return grade::run(grade::command_of("WEBSERVER"), arguments);
}

} // namespace

TEST_CASE("An invalid argument ends with one line and exit status 2", "[webserver][robust][own]")
{
    const auto [argument, reason] = GENERATE(table<std::string, std::string>({
        {"abc", "PORT 'abc' is not a whole number from 0 to 65535"},
        {"65536", "PORT '65536' is not a whole number from 0 to 65535"},
        {"", "PORT '' is not a whole number"},
        {"80x", "PORT '80x' is not a whole number"},
        {"--max-clients=0", "--max-clients '0' is not a whole number from 1"},
        {"--idle-timeout=soon", "--idle-timeout 'soon' is not a number of seconds"},
        {"--no-such-option", "unknown option --no-such-option"},
        {"-x", "unknown option -x"},
        {"--bind", "--bind needs an argument"},
        {"--bind=no.such.host.invalid", "look up no.such.host.invalid: "},
        {"--bind=192.0.2.1", "listen on 192.0.2.1:6789: Cannot assign requested address"},
    }));
    const Outcome outcome = webserver({argument});
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, StartsWith("webserver: ") && Contains(reason));
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
}

TEST_CASE("The lowest and the highest port number are accepted", "[webserver][robust][own]")
{
    const ScratchFolder site;
    grade::Process zero(grade::command_of("WEBSERVER"), {"0"}, site.path());
    grade::Process all(grade::command_of("WEBSERVER"), {"0", "--bind=*"}, site.path());
    grade::Process last(grade::command_of("WEBSERVER"), {"65535", "--bind=127.0.0.1"}, site.path());
    for (auto* process : {&zero, &all, &last}) {
        const auto deadline = net::Deadline::in(10s);
        while (process->err().find('\n') == std::string::npos && !deadline.passed())
            if (process->wait(net::Deadline::in(5ms))) break;
    }
    CHECK_THAT(zero.err(), Matches("open http://localhost:[1-9][0-9]*/ .*\n"));
    CHECK_THAT(all.err(), Matches("open http://localhost:[1-9][0-9]*/ .*\n"));
    CHECK_THAT(last.err(), Matches("open http://127\\.0\\.0\\.1:65535/ .*\n"));
}

TEST_CASE("The server works with its standard descriptors closed", "[webserver][robust][own]")
{
    const ScratchFolder site;
    site.write("a.txt", "a");
    const std::string closed = GENERATE(">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-");
    const WebServer server(site.path(), {},
                           "sh -c 'exec " + grade::command_of("WEBSERVER") + " \"$@\" " + closed +
                               "' sh");
    for (int i = 0; i < 3; ++i)
        CHECK(server.get("/a.txt").body == "a");
}

TEST_CASE("A missing folder and a port in use are reported with the reason",
          "[webserver][robust][own]")
{
    const ScratchFolder site;
    site.write("file", "");
    const Outcome missing = webserver({"0", "/no/such/folder"});
    CHECK(missing.status == 2);
    CHECK(missing.err == "webserver: open the folder /no/such/folder: No such file or directory\n");
    const Outcome file = webserver({"0", (site.path() / "file").string()});
    CHECK(file.status == 2);
    CHECK_THAT(file.err, Contains("Not a directory"));

    const WebServer first(site.path());
    const Outcome second = webserver({std::to_string(first.port())});
    CHECK(second.status == 2);
    CHECK_THAT(second.err, Matches("webserver: listen on .*: Address already in use\n"));
}

TEST_CASE("--help and --version print to stdout", "[webserver][extra][own]")
{
    const Outcome help = webserver({"--help"});
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK_THAT(help.out, StartsWith("usage: webserver [options] [PORT] [ROOT]\n"));
    CHECK_THAT(help.out, Contains("(default 6789)") && Contains("exit status"));
    CHECK_THAT(webserver({"-V"}).out,
               Matches("webserver [0-9.]+ \\(TLS: (none|OpenSSL [0-9.]+)\\)\n"));
    CHECK(grade::run("sh", {"-c", grade::command_of("WEBSERVER") + " --help >/dev/full"}).status !=
          0);
}

TEST_CASE("A folder www in the current folder is the default site", "[webserver][extra][own]")
{
    const ScratchFolder here;
    here.write("www/page.html", "from www");
    here.write("page.html", "from here");
    CHECK(WebServer(here.path()).get("/page.html").body == "from www");
    CHECK(WebServer(here.path(), {"."}).get("/page.html").body == "from here");
}

TEST_CASE("The server is reachable over IPv4 and IPv6 unless it is bound to one address",
          "[webserver][extra][own]")
{
    const ScratchFolder site;
    site.write("index.html", "hello");
    const auto soon = net::Deadline::in(10s);
    const WebServer both(site.path());
    CHECK_NOTHROW(net::TcpStream::connect("::1", both.port(), soon));
    CHECK_NOTHROW(net::TcpStream::connect("127.0.0.1", both.port(), soon));
    const WebServer one(site.path(), {"--bind=127.0.0.1"});
    CHECK_NOTHROW(net::TcpStream::connect("127.0.0.1", one.port(), soon));
    CHECK_THROWS_WITH(net::TcpStream::connect("::1", one.port(), soon),
                      Contains("Connection refused"));
}
