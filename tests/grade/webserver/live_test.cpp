// The live page.
#include "catch.h"

#include <csignal>
#include <memory>
#include <optional>

#include "common/error.h"
#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 15s;

std::string get(const std::string& path, const std::string& fields = "Host: localhost\r\n")
{
    return "GET " + path + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n";
}

/// A reader of the stream of events.
class Watcher {
public:
    explicit Watcher(std::uint16_t port)
        : stream_(net::TcpStream::connect("127.0.0.1", port, net::Deadline::in(patience))),
          reader_(stream_)
    {
        stream_.write(get("/-/live/events"), net::Deadline::in(patience));
        head_ = next_until("\r\n\r\n").value_or("");
    }

    [[nodiscard]] const std::string& head() const { return head_; }
    /// The next event, without its empty line; nothing at the end of the stream.
    std::optional<std::string> next() { return next_until("\n\n"); }
    /// The next event of that kind; fails without one.
    std::string next(const std::string& kind)
    {
        while (auto event = next())
            if (event->starts_with("event: " + kind + "\n")) return *event;
        throw net::Error("the stream ended before an event " + kind);
    }
    /// Reads to the end of the stream; false when it does not end.
    bool ends()
    {
        while (next()) {
        }
        return true;
    }

private:
    std::optional<std::string> next_until(std::string_view end)
    {
        std::size_t at = 0;
        while ((at = reader_.buffered().find(end)) == std::string_view::npos)
            if (!reader_.fill(net::Deadline::in(patience))) return std::nullopt;
        std::string text(reader_.buffered().substr(0, at));
        reader_.consume(at + end.size());
        return text;
    }

    net::TcpStream stream_;
    net::Reader reader_;
    std::string head_;
};

/// A number from an event's data.
std::uint64_t number(const std::string& event, const std::string& name)
{
    const auto at = event.find("\"" + name + "\":");
    return at == std::string::npos ? 0 : std::stoull(event.substr(at + name.size() + 3));
}

struct LiveSite {
    LiveSite() { folder.write("page.html", "hello"); }
    ScratchFolder folder;
};

} // namespace

TEST_CASE("A watcher sees a connection's opening, request, response and close in order",
          "[webserver][extra][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live"});
    Watcher watcher(server.port());
    CHECK_THAT(watcher.head(), StartsWith("HTTP/1.1 200 OK\r\n"));
    CHECK_THAT(watcher.head(), Contains("Content-Type: text/event-stream\r\n"));
    CHECK_THAT(watcher.next().value(), StartsWith("event: hello\ndata: {\"client\":\"127.0.0.1:"));

    const std::string path = GENERATE("/page.html", "/large.bin");
    site.folder.write(
        "large.bin",
        std::string(300'000, 'x')); // too large for the epoll thread, so another thread sends it
    CHECK(server.ask(get(path)).status == 200);
    const std::string connect = watcher.next().value();
    const std::string request = watcher.next().value();
    const std::string answer = watcher.next().value();
    const std::string close = watcher.next().value();
    CHECK_THAT(connect, StartsWith("event: connect\ndata: {\"client\":\"127.0.0.1:"));
    CHECK_THAT(request, StartsWith("event: request\n") &&
                            Contains("\"number\":1,\"head\":\"GET " + path + " HTTP/1.1\\n"));
    CHECK_THAT(answer, StartsWith("event: answer\n") &&
                           Contains(path == "/page.html" ? "\"size\":5," : "\"size\":300000,") &&
                           Contains("\"head\":\"HTTP/1.1 200 OK\\n"));
    CHECK_THAT(close, StartsWith("event: close\n"));
    const std::string client = connect.substr(connect.find("{\"client\":\""), 30);
    for (const auto& event : {request, answer, close})
        CHECK_THAT(event, Contains(client.substr(0, client.rfind('"'))));
    CHECK(number(connect, "open") == number(close, "open") + 1);
}

TEST_CASE("A watcher sees a malformed request escaped and in one event", "[webserver][robust][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live"});
    Watcher watcher(server.port());
    CHECK(server.ask("GET / HTTP/1.1\r\nX: \x1b[2J\n\nevent: close\r\n\r\n").status == 400);
    const std::string request = watcher.next("request");
    CHECK_THAT(request, Contains("\\\\x1b[2J\\n\\nevent: close"));
    CHECK(request.find('\x1b') == std::string::npos);
    CHECK_THAT(watcher.next("answer"), Contains("HTTP/1.1 400 Bad Request"));
}

TEST_CASE("The live page is only for this machine's own names and same-origin requests",
          "[webserver][robust][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live", "--cors"});
    const std::string path = GENERATE("/-/live", "/-/live/events", "/-/live/script.js");
    const auto [fields, status] = GENERATE(table<std::string, int>({
        {"Host: evil.example\r\n", 403},
        {"Host: 192.0.2.1\r\n", 403},
        {"Host: localhost.evil.example\r\n", 403},
        {"Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", 403},
        {"Host: localhost\r\nSec-Fetch-Site: same-site\r\n", 403},
        {"Host: localhost\r\nOrigin: http://evil.example\r\n", 403},
        {"Host: localhost\r\nOrigin: null\r\n", 403},
        {"Host: localhost:80\r\nSec-Fetch-Site: same-origin\r\n", 200},
        {"Host: 127.0.0.1\r\nSec-Fetch-Site: none\r\n", 200},
        {"Host: [::1]:80\r\nOrigin: http://[::1]:80\r\n", 200},
    }));
    CAPTURE(path, fields);
    Client client(server.port());
    client.send("HEAD " + path + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n");
    const Answer answer = client.receive(true);
    CHECK(answer.status == status);
    CHECK(answer.field("Access-Control-Allow-Origin").empty());
    CHECK_THAT(answer.field("Content-Security-Policy"), StartsWith("default-src 'none';"));
    CHECK(answer.field("Cache-Control") == "no-store");
}

TEST_CASE("Without --live there is no live page", "[webserver][extra][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path());
    CHECK(server.get("/-/live").status == 404);
    CHECK(server.get("/-/live/events").status == 404);
}

TEST_CASE("A host in the target does not open the live page", "[webserver][robust][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live"});
    CHECK(server.ask(get("http://evil.example/-/live")).status == 404);
    CHECK(server.ask("GET /-/live HTTP/1.0\r\n\r\n").status == 403);
    CHECK(server.ask("POST /-/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .field("Allow") == "GET, HEAD");
}

TEST_CASE("The number of watchers is limited, and closing one frees its place",
          "[webserver][robust][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live"});
    std::vector<std::unique_ptr<Watcher>> watchers;
    while (watchers.size() < 100) {
        auto watcher = std::make_unique<Watcher>(server.port());
        if (!watcher->head().starts_with("HTTP/1.1 200")) break;
        watchers.push_back(std::move(watcher));
    }
    CHECK(watchers.size() == 16);
    const Answer refused = server.get("/-/live/events");
    CHECK(refused.status == 503);
    CHECK(server.get("/page.html").body == "hello");

    watchers.pop_back();
    const auto deadline = net::Deadline::in(patience);
    bool has_place = false;
    while (!has_place && !deadline.passed())
        has_place = Watcher(server.port()).head().starts_with("HTTP/1.1 200");
    CHECK(has_place);
    CHECK_THAT(watchers.front()->next("request"), Contains("GET /-/live/events"));
}

TEST_CASE("A stalled watcher delays no client and gets the number of missed events",
          "[webserver][robust][own]")
{
    const LiveSite site;
    const WebServer server(site.folder.path(), {"--live", "--log=none"});
    Watcher idle(server.port());
    Client client(server.port());
    constexpr int batch = 50;
    constexpr int batches = 800; // more events than the sockets and the queue hold
    std::string requests;
    const std::string cookie(1500, 'c');
    for (int i = 0; i < batch; ++i)
        requests += "GET /page.html HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n";
    unsigned asked = 0;
    const auto end =
        net::Deadline::in(20s); // the server closes a watcher that reads nothing for 30 s
    for (int i = 0; i < batches && !end.passed(); ++i) {
        client.send(requests);
        for (int j = 0; j < batch; ++j)
            REQUIRE(client.receive().body == "hello");
        asked += batch;
    }
    const std::string missed = idle.next("missed");
    CHECK(number(missed, "count") > 0);
    CHECK(number(missed, "count") < 2 * asked + 10);
    client.send("GET /last.html HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string request;
    while (request.find("/last.html") == std::string::npos)
        request = idle.next("request");
    CHECK(number(request, "number") == asked + 1);
}

TEST_CASE("SIGTERM ends the server at once, with and without watchers", "[webserver][robust][own]")
{
    const LiveSite site;
    WebServer server(site.folder.path(), {"--live"});
    Watcher reads(server.port());
    Watcher reads_nothing(server.port());
    Client client(server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests +=
            "GET /page.html HTTP/1.1\r\nHost: a\r\nCookie: " + std::string(1500, 'c') + "\r\n\r\n";
    for (int i = 0; i < 100; ++i) {
        client.send(requests);
        for (int j = 0; j < 50; ++j)
            REQUIRE(client.receive().body == "hello");
    }
    server.process().signal(SIGTERM);
    const auto outcome = server.process().wait(net::Deadline::in(5s)); // less than the grace period
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
    CHECK(reads.ends());
}

namespace {

/// The list of pages from Chromium's HTTP interface, with their titles.
std::string pages_of(std::uint16_t debugging_port)
{
    Client client(debugging_port);
    client.send("GET /json/list HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(debugging_port) +
                "\r\nConnection: close\r\n\r\n");
    return client.receive().body;
}

} // namespace

TEST_CASE("Chromium shows new requests on the live page", "[webserver][extra][own][chromium]")
{
    if (grade::run("sh", {"-c", "command -v chromium"}).status != 0) {
        WARN("skipped: chromium is not installed");
        return;
    }
    const LiveSite site;
    WebServer server(site.folder.path(), {"--live"});
    const ScratchFolder profile;
    grade::Process chromium(
        "chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--enable-logging=stderr --remote-debugging-port=0",
        {"--user-data-dir=" + profile.path().string(), server.url("/-/live")}, "/");
    const auto deadline = net::Deadline::in(3min);
    const auto wait_until = [&](const auto& is_so) {
        while (!is_so()) {
            CAPTURE(chromium.err());
            REQUIRE_FALSE(deadline.passed());
            REQUIRE_FALSE(chromium.wait(net::Deadline::in(20ms)));
        }
    };
    wait_until([&] { // the page has connected to the event stream
        return server.process().out().find("GET /-/live/events HTTP/1.1\" 200") !=
               std::string::npos;
    });
    const auto port_file = profile.path() / "DevToolsActivePort";
    wait_until([&] { return grade::content_of(port_file).find('\n') != std::string::npos; });
    const auto port = static_cast<std::uint16_t>(std::stoi(grade::content_of(port_file)));

    CHECK(server.get("/page.html?from=elsewhere").body == "hello");
    wait_until([&] { // the title shows the newest request
        return pages_of(port).find("GET /page.html?from=elsewhere HTTP/1.1") != std::string::npos;
    });
    CHECK_THAT(chromium.err(), !Contains("CONSOLE"));
    server.process().signal(SIGTERM);
    CHECK(server.process().wait(net::Deadline::in(5s)));
}
