// The web server as a client of others: "GET /http://host/path".
#include "catch.h"

#include <algorithm>
#include <memory>

#include "tests/certificates.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/tls_origin.h"
#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::html;
using grade::ok;
using grade::Origin;
using grade::path_of;
using grade::says;
using grade::ScratchFolder;
using grade::TlsOrigin;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

/// A server that may fetch from the origins here, which are all on loopback.
struct Fetching {
    explicit Fetching(std::vector<std::string> more = {"--fetch-private"})
        : server((folder.write("www/index.html", "our own first page"),
                  folder.write("www/style.css", "our own style"), folder.path() / "www"),
                 (more.push_back("--saved=" + saved().string()), more))
    {
    }

    [[nodiscard]] std::filesystem::path saved() const { return folder.path() / "saved"; }
    /// Whether no page has been saved, not even partly.
    [[nodiscard]] bool has_saved_nothing() const
    {
        return !std::filesystem::exists(saved()) || std::filesystem::is_empty(saved());
    }
    [[nodiscard]] Answer get(const std::string& path, const std::string& fields = "",
                             const std::string& host = "localhost") const
    {
        return server.ask("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields +
                          "Connection: close\r\n\r\n");
    }
    [[nodiscard]] Answer fetch(const std::string& url, const std::string& fields = "") const
    {
        return get("/" + url, fields);
    }

    ScratchFolder folder;
    WebServer server;
};

} // namespace

TEST_CASE("A page is fetched, saved and sent", "[webserver][extra][fetch][own]")
{
    const Origin origin(says(ok("<p>hello", "Content-Type: text/html; charset=utf-8\r\n")));
    const Fetching server;
    const Answer answer = server.fetch(origin.url("/a/b?c=d"));
    CHECK(answer.status == 200);
    CHECK(answer.body == "<p>hello");
    CHECK(answer.field("Content-Type") == "text/html; charset=utf-8");
    CHECK_THAT(answer.field("Content-Security-Policy"), StartsWith("sandbox"));
    CHECK_THAT(answer.field("Content-Security-Policy"), !Contains("allow-scripts"));
    CHECK(answer.field("X-Content-Type-Options") == "nosniff");

    const auto requests = origin.requests();
    REQUIRE(requests.size() == 1);
    CHECK_THAT(requests[0], StartsWith("GET /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" +
                                       std::to_string(origin.port()) + "\r\n"));
    CHECK_THAT(requests[0], Contains("Accept-Encoding: identity\r\n"));

    int records = 0;
    for (const auto& entry : std::filesystem::directory_iterator(server.saved())) {
        const std::string content = grade::content_of(entry.path());
        CHECK_THAT(entry.path().filename().string(), Matches("[0-9a-f]{64}\\.(body|txt)"));
        if (entry.path().extension() == ".body") CHECK(content == "<p>hello");
        if (entry.path().extension() != ".txt") continue;
        CHECK_THAT(content, Contains("URL: " + origin.url("/a/b?c=d") + "\n") &&
                                Contains("Content-Type: text/html; charset=utf-8\n"));
        ++records;
    }
    CHECK(records == 1);

    const Answer list = server.get("/-/saved");
    CHECK(list.status == 200);
    CHECK_THAT(list.body, Contains("href=\"/" + origin.url("/a/b?c=d") + "\""));
}

TEST_CASE("Bodies of every framing are decoded", "[webserver][extra][fetch][own]")
{
    const Fetching server;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    const auto [answer, body] = GENERATE_COPY(table<std::string, std::string>({
        {head + "Content-Length: 5\r\n\r\nhello", "hello"},
        {head + "Content-Length: 0\r\n\r\n", ""},
        {head + "\r\nhello", "hello"},
        {head + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n",
         "hello!"},
        {"HTTP/1.0 200\r\n\r\nhello", "hello"},
        {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + "Content-Length: 2\r\n\r\nhi",
         "hi"},
    }));
    const Origin origin(says(answer));
    const Answer received = server.fetch(origin.url("/"));
    CHECK(received.status == 200);
    CHECK(received.body == body);
}

TEST_CASE("A page that the origin compressed unasked is sent with its Content-Encoding",
          "[webserver][robust][fetch][own]")
{
    const Origin origin(
        says(ok("\x1f\x8b...", "Content-Type: text/html\r\nContent-Encoding: x-gzip\r\n"
                               "Cache-Control: max-age=60\r\n")));
    const Fetching server;
    for (int i = 0; i < 2; ++i) {
        const Answer answer = server.fetch(origin.url("/"));
        CHECK(answer.field("Content-Encoding") == "x-gzip");
        CHECK(answer.body == "\x1f\x8b...");
    }
}

TEST_CASE("An incomplete or malformed response gives 502, and nothing is saved",
          "[webserver][robust][fetch][own]")
{
    const Fetching server;
    const auto [answer, reason] = GENERATE(table<std::string, std::string>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "5 of 10 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "ended after 5"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "ended"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nhello", "chunk&#39;s size"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
         "different Content-Lengths"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "exclude"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", "ended before the end of the head"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "does not begin with HTTP/"},
        {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "without CR"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switched protocols"},
        {"HTTP/1.1 204 No Content\r\n\r\n", "204"},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", "304"},
        {"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx", "206"},
        {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "302"},
        {"HTTP/1.1 302 Found\r\nLocation: ftp://a/\r\n\r\n", "neither http nor https"},
    }));
    CAPTURE(answer);
    const Origin origin(says(answer));
    const Answer received = server.fetch(origin.url("/"));
    CHECK(received.status == 502);
    CHECK_THAT(received.body, Contains(reason));
    CHECK(server.has_saved_nothing());
    CHECK(server.server.get("/").status == 200);
}

TEST_CASE("An origin's demands on its client are not passed on to a browser",
          "[webserver][robust][fetch][own]")
{
    const auto [refusal, field] = GENERATE(table<std::string, std::string>(
        {{"401 Unauthorized", "WWW-Authenticate: Basic"}, {"408 Request Timeout", "X: y"}}));
    const Origin origin(
        says("HTTP/1.1 " + refusal + "\r\n" + field + "\r\nContent-Length: 0\r\n\r\n"));
    const Fetching server;
    const Answer answer = server.fetch(origin.url("/"));
    CHECK(answer.status == 502);
    CHECK_THAT(answer.body, Contains("answers " + refusal + "."));
}

TEST_CASE("An origin's error status is passed on with this server's own page",
          "[webserver][extra][fetch][own]")
{
    const Origin origin(says("HTTP/1.1 404 <script>\r\nContent-Length: 8\r\n\r\n<script>"));
    const Fetching server;
    const Answer answer = server.fetch(origin.url("/"));
    CHECK(answer.status == 404);
    CHECK_THAT(answer.body, Contains("404 Not Found") && !Contains("<script>"));
    CHECK(server.has_saved_nothing());
}

TEST_CASE("An unreachable origin is named with the reason", "[webserver][robust][fetch][own]")
{
    const Fetching server;
    const Answer unknown = server.fetch("http://no.such.host.invalid/");
    CHECK(unknown.status == 502);
    CHECK_THAT(unknown.body, Contains("look up no.such.host.invalid: "));
    const Answer refused = server.fetch("http://127.0.0.1:" + std::to_string(grade::free_port()));
    CHECK(refused.status == 302); // the redirect to the URL with a slash
    const Answer closed =
        server.fetch("http://127.0.0.1:" + std::to_string(grade::free_port()) + "/");
    CHECK(closed.status == 502);
    CHECK_THAT(closed.body, Contains("Connection refused"));
}

TEST_CASE("A silent or slow origin gives 504", "[webserver][robust][fetch][own]")
{
    const Fetching server({"--fetch-private", "--fetch-time=0.3"});
    const std::string start = GENERATE("", "HTTP/1.1 200 OK\r\nContent-Le",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell");
    net::TcpListener listener(0, "127.0.0.1"); // accepted connections stay open
    const std::string port = std::to_string(listener.local().port());
    grade::Client client(server.server.port());
    client.send("GET /http://127.0.0.1:" + port + "/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    auto stream = listener.accept();
    REQUIRE(stream);
    stream->write(start, net::Deadline::in(10s));
    const Answer answer = client.receive();
    CHECK(answer.status == 504);
    CHECK_THAT(answer.body, Contains("timed out"));
    CHECK(server.has_saved_nothing());
}

TEST_CASE("A page beyond the size limit is not fetched", "[webserver][robust][fetch][own]")
{
    const Fetching server({"--fetch-private", "--fetch-size=1"});
    const std::string big(2'000'000, 'x');
    const std::string answer = GENERATE_COPY(
        html(big), "HTTP/1.1 200 OK\r\n\r\n" + big,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1e8480\r\n" + big + "\r\n0\r\n\r\n");
    const Origin origin(says(answer));
    const Answer received = server.fetch(origin.url("/"));
    CHECK(received.status == 502);
    CHECK_THAT(received.body, Contains("larger than 1048576 bytes"));
    CHECK(server.has_saved_nothing());
}

TEST_CASE("Redirects are followed, and a browser is redirected to the final URL",
          "[webserver][extra][fetch][own]")
{
    const Origin origin([](const std::string& head) {
        const std::string path = path_of(head);
        if (path == "/one") return std::string("HTTP/1.1 301 Moved\r\nLocation: sub/two\r\n\r\n");
        if (path == "/sub/two")
            return std::string("HTTP/1.1 307 Temporary\r\nLocation: /three\r\n"
                               "Content-Length: 0\r\n\r\n");
        return html("at " + path);
    });
    const Fetching server;
    CHECK(server.fetch(origin.url("/one")).body == "at /three");
    const Answer browser = server.fetch(origin.url("/one"), "Sec-Fetch-Dest: document\r\n");
    CHECK(browser.status == 302);
    CHECK(browser.field("Location") == "/" + origin.url("/three"));
}

TEST_CASE("Redirects in a loop or without end give 508", "[webserver][robust][fetch][own]")
{
    const Fetching server;
    const Origin circle([](const std::string& head) {
        const std::string next = path_of(head) == "/a" ? "/b" : "/a";
        return "HTTP/1.1 302 Found\r\nLocation: " + next + "\r\n\r\n";
    });
    const Answer answer = server.fetch(circle.url("/a"));
    CHECK(answer.status == 508);
    CHECK(circle.requests().size() == 2);
    const Origin endless([](const std::string& head) {
        return "HTTP/1.1 302 Found\r\nLocation: " + path_of(head) + "x\r\n\r\n";
    });
    CHECK(server.fetch(endless.url("/a")).status == 508);
    CHECK(endless.requests().size() == 11);
}

TEST_CASE("A fresh page is sent from the disk, and a stale one is revalidated",
          "[webserver][extra][fetch][own]")
{
    std::string etag = "\"1\"";
    const Origin origin([&etag](const std::string& head) {
        if (path_of(head) == "/fresh") return ok("fresh", "Cache-Control: max-age=600\r\n");
        if (head.find("If-None-Match: " + etag + "\r\n") != std::string::npos)
            return std::string("HTTP/1.1 304 Not Modified\r\n\r\n");
        return ok("state " + etag, "ETag: " + etag + "\r\n");
    });
    const Fetching server;
    CHECK(server.fetch(origin.url("/fresh")).body == "fresh");
    const Answer fresh = server.fetch(origin.url("/fresh"));
    CHECK(fresh.body == "fresh");
    CHECK_THAT(fresh.field("Cache-Status"), Contains("hit"));
    CHECK(origin.requests().size() == 1);

    CHECK(server.fetch(origin.url("/")).body == "state \"1\"");
    const Answer same = server.fetch(origin.url("/"));
    CHECK(same.body == "state \"1\"");
    CHECK_THAT(same.field("Cache-Status"), Contains("304"));
    etag = "\"2\""; // only between requests
    CHECK(server.fetch(origin.url("/")).body == "state \"2\"");
}

TEST_CASE("A reload asks the origin, also while the saved page is fresh",
          "[webserver][extra][fetch][own]")
{
    const Origin origin(says(ok("fresh", "Cache-Control: max-age=600\r\n")));
    const Fetching server;
    const std::string url = origin.url("/");
    std::size_t asked = 1;
    CHECK(server.fetch(url).status == 200);
    for (const char* reload : {"Cache-Control: no-cache\r\n", "Cache-Control: x, Max-Age=0\r\n",
                               "Pragma: no-cache\r\n"}) {
        CAPTURE(reload);
        CHECK(server.fetch(url, reload).body == "fresh");
        CHECK(origin.requests().size() == ++asked);
    }
    CHECK(server.fetch(url, "Cache-Control: max-age=60\r\n").body == "fresh");
    CHECK(origin.requests().size() == asked);
}

TEST_CASE("A saved page answers to ranges and conditions as a file does",
          "[webserver][extra][fetch][own]")
{
    const Origin origin(says(ok("0123456789", "Cache-Control: max-age=600\r\n")));
    const Fetching server;
    const std::string url = origin.url("/film.mp4");
    const Answer whole = server.fetch(url);
    CHECK(whole.field("Accept-Ranges") == "bytes");
    const std::string etag = whole.field("ETag");
    const Answer part = server.fetch(url, "Range: bytes=2-4\r\nIf-Range: " + etag + "\r\n");
    CHECK(part.status == 206);
    CHECK(part.body == "234");
    CHECK(part.field("Content-Range") == "bytes 2-4/10");
    CHECK(server.fetch(url, "If-None-Match: " + etag + "\r\n").status == 304);
    CHECK(server.fetch(url, "Range: bytes=99-\r\n").status == 416);
}

TEST_CASE("A page that leads back to this server ends at once with 508",
          "[webserver][extra][fetch][own]")
{
    std::string own;
    int level = 0;
    const Origin origin([&](const std::string&) {
        return "HTTP/1.1 302 Found\r\nLocation: " + own + std::to_string(++level) + "\r\n\r\n";
    });
    const Fetching server;
    own = "http://localhost:" + std::to_string(server.server.port()) + "/" + origin.url("/");
    CHECK(server.fetch(origin.url("/")).status == 508);
    CHECK(level < 3);
}

TEST_CASE("When the origin is unavailable, the saved page is sent with a notice",
          "[webserver][extra][fetch][own]")
{
    const Fetching server;
    std::string url;
    {
        const Origin origin([](const std::string& head) {
            if (path_of(head) == "/old")
                return std::string("HTTP/1.1 302 x\r\nLocation: /\r\n\r\n");
            return html("<p>saved");
        });
        url = origin.url("/");
        REQUIRE(server.fetch(origin.url("/old")).status == 200);
    }
    const Answer answer = server.fetch(url);
    CHECK(answer.status == 200);
    CHECK(answer.body == "<p>saved");
    CHECK_THAT(answer.field("Cache-Status"), Contains("origin-away"));
    const Answer browser = server.fetch(url, "Sec-Fetch-Dest: document\r\n");
    CHECK_THAT(browser.body,
               StartsWith("<p>saved") && Contains("The current page is not available"));
    CHECK(server.fetch(url + "old").body == "<p>saved"); // the redirect was saved
    CHECK(server.fetch(url + "other").status == 502);
}

TEST_CASE("A broken response does not destroy the saved copy", "[webserver][robust][fetch][own]")
{
    std::string answer = html("good");
    const Origin origin([&answer](const std::string&) { return answer; });
    const Fetching server;
    REQUIRE(server.fetch(origin.url("/")).body == "good");
    answer = GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                      "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n");
    const Answer old = server.fetch(origin.url("/"));
    CHECK(old.status == 200);
    CHECK(old.body == "good");
    CHECK_THAT(old.field("Cache-Status"), Contains("origin-away"));
}

TEST_CASE("Root-relative links and the form are redirected to the fetcher's URLs",
          "[webserver][extra][fetch][own]")
{
    const Origin origin([](const std::string& head) { return html("at " + path_of(head)); });
    const Fetching server;
    const std::string referer = "Referer: http://localhost/" + origin.url("/a/b.html") + "\r\n";
    const Answer root = server.get("/style.css?v", referer);
    CHECK(root.status == 302);
    CHECK(root.field("Location") == "/" + origin.url("/style.css?v"));
    CHECK(server.get("/style.css").body == "our own style");
    CHECK(server.get("/style.css", "Referer: http://localhost/\r\n").body == "our own style");

    const Answer form =
        server.get("/-/fetch?url=127.0.0.1%3A" + std::to_string(origin.port()) + "%2Fx+y%23z");
    CHECK(form.status == 302);
    CHECK(form.field("Location") == "/" + origin.url("/x%20y"));
    CHECK(server.get("/-/fetch?url=javascript:alert(1)").status == 400);
}

TEST_CASE("HEAD of a fetched page has no body, and the connection stays open",
          "[webserver][extra][fetch][own]")
{
    const Origin origin(says(html("hello")));
    const Fetching server;
    grade::Client client(server.server.port());
    const std::string target = "/" + origin.url("/");
    client.send("HEAD " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\nGET " + target +
                " HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(client.receive(true).field("Content-Length") == "5");
    CHECK(client.receive().body == "hello");
    CHECK(client.receive().body == "our own first page");
}

TEST_CASE("A slow origin does not delay other clients", "[webserver][robust][fetch][own]")
{
    const Origin silent(says(""));
    const Fetching server;
    std::vector<std::unique_ptr<grade::Client>> waiting;
    for (int i = 0; i < 20; ++i) {
        waiting.push_back(std::make_unique<grade::Client>(server.server.port()));
        waiting.back()->send("GET /" + silent.url("/") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    CHECK(server.server.get("/").body == "our own first page");
}

TEST_CASE("Without --fetch-private the server connects to no private address",
          "[webserver][robust][fetch][own]")
{
    const Origin origin(says(html("a secret of this machine")));
    const Fetching server(std::vector<std::string>{});
    const std::string port = ":" + std::to_string(origin.port()) + "/";
    const std::string host = GENERATE("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1",
                                      "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]");
    CAPTURE(host);
    const Answer answer = server.fetch("http://" + host + port);
    CHECK(answer.status == 403);
    CHECK_THAT(answer.body, Contains("--fetch-private"));
    CHECK(origin.requests().empty());
    CHECK(server.has_saved_nothing());
}

TEST_CASE("Pages of other sites can neither fetch nor read saved pages",
          "[webserver][robust][fetch][own]")
{
    const Origin origin(says(ok("saved", "Cache-Control: max-age=600\r\n")));
    const Fetching server({"--fetch-private", "--cors"});
    REQUIRE(server.fetch(origin.url("/")).body == "saved");
    CHECK(server.fetch(origin.url("/")).field("Access-Control-Allow-Origin").empty());
    const std::string fields =
        GENERATE("Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
                 "Origin: null\r\n", "Origin: http://evil.example\r\n");
    CAPTURE(fields);
    CHECK(server.fetch(origin.url("/"), fields).status == 403);
    CHECK(server.get("/-/saved", fields).status == 403);
    CHECK(server.get("/-/fetch?url=" + origin.url("/"), fields).status == 403);
    CHECK(server.get("/" + origin.url("/"), "", "evil.example").status == 403); // DNS rebinding
    CHECK(server.get("/-/saved", "", "evil.example").status == 403);
    CHECK(origin.requests().size() == 1);
}

TEST_CASE("--fetch=off disables fetching but not the site", "[webserver][extra][fetch][own]")
{
    const Origin origin(says(html("page")));
    const Fetching server({"--fetch-private", "--fetch=off"});
    CHECK(server.fetch(origin.url("/")).status == 403);
    CHECK(server.server.get("/").status == 200);
    CHECK(origin.requests().empty());
}

TEST_CASE("A folder of saved pages inside the site is an error", "[webserver][robust][own]")
{
    const ScratchFolder site;
    const auto start = [&site](const std::string& saved) {
        return grade::run(grade::command_of("WEBSERVER"),
                          {"0", site.path().string(), "--saved=" + saved, "--bind=192.0.2.1"});
    };
    CHECK_THAT(start((site.path() / "saved").string()).err, Contains("is inside"));
    CHECK_THAT(start((site.path() / "x/../saved").string()).err, Contains("is inside"));
    CHECK_THAT(start(site.path().string()).err, Contains("is inside"));
    CHECK_THAT(start((site.path() / ".cache/saved").string()).err, Contains("listen on"));
    CHECK_THAT(start(site.path().string() + "-saved").err, Contains("listen on"));
}

TEST_CASE("An unreadable --ca file is reported at the start", "[webserver][fetch][own]")
{
    if (!grade::has_tls("WEBSERVER")) return;
    const auto outcome = grade::run(grade::command_of("WEBSERVER"), {"0", "--ca=/no/such"});
    CHECK(outcome.status == 2);
    CHECK(outcome.err ==
          "webserver: read the CA certificates in /no/such: No such file or directory\n");
}

TEST_CASE("https pages are fetched only from servers with a trusted certificate",
          "[webserver][robust][fetch][own]")
{
    if (!grade::has_tls("WEBSERVER")) {
        const Fetching server;
        const Answer answer = server.fetch("https://127.0.0.1:1/");
        CHECK(answer.status == 501);
        CHECK_THAT(answer.body, Contains("libssl-dev"));
        return;
    }
    const ScratchFolder folder;
    const Certificates certificates(folder.path());
    certificates.make("good", "DNS:localhost,IP:127.0.0.1");
    certificates.make("old", "DNS:localhost", -1);
    certificates.make("other", "DNS:other.example");
    certificates.make_self_signed("self", "DNS:localhost");
    folder.write("page.html", html("<p>private"));
    folder.write("open.html", "HTTP/1.1 200 OK\r\n\r\nuntil the goodbye");
    const Fetching server({"--fetch-private", "--ca=" + certificates.path("ca.pem")});
    const TlsOrigin good(folder, certificates, "good");
    CHECK(server.fetch(good.url("localhost", "/page.html")).body == "<p>private");
    CHECK(server.fetch(good.url("127.0.0.1", "/page.html")).body == "<p>private");
    CHECK(server.fetch(good.url("localhost", "/open.html")).body == "until the goodbye");

    const auto refusal = [&](const std::string& name) {
        const TlsOrigin origin(folder, certificates, name);
        const Answer answer = server.fetch(origin.url("localhost", "/page.html"));
        CHECK(answer.status == 502);
        return answer.body;
    };
    CHECK_THAT(refusal("other"), Contains("for another name than localhost"));
    CHECK_THAT(refusal("old"), Contains("has expired"));
    CHECK_THAT(refusal("self"), Contains("self-signed"));
    const Fetching stranger; // trusts only the system's CAs
    CHECK_THAT(stranger.fetch(good.url("localhost", "/page.html")).body,
               Contains("unknown authority"));
}

TEST_CASE("In a browser a saved page has its images and styles but no scripts",
          "[webserver][extra][fetch][own]")
{
    if (!grade::can_run("chromium")) return;
    const Origin origin([](const std::string& head) {
        const std::string path = path_of(head);
        if (path == "/look.css")
            return ok("h1 { color: rgb(1, 2, 3) }", "Content-Type: text/css\r\n");
        if (path.ends_with(".svg"))
            return ok("<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'/>",
                      "Content-Type: image/svg+xml\r\n");
        if (path == "/a/page.html")
            return html("<!doctype html><title>before</title><link rel=stylesheet href=/look.css>"
                        "<h1>saved</h1><img src=near.svg><img src=/far.svg>"
                        "<script>document.title = 'scripts run'</script>");
        return html(path);
    });
    const Fetching server;
    const std::string here = "http://localhost:" + std::to_string(server.server.port());
    const Origin foreign(says(html("<!doctype html><title>foreign</title><img src='" + here + "/" +
                                   origin.url("/stolen.svg") + "'><iframe src='" + here + "/" +
                                   origin.url("/framed.html") + "'></iframe>")));

    const auto visit = [&server](const std::string& url) {
        return grade::run("chromium --headless --no-sandbox --disable-gpu --no-first-run "
                          "--disable-background-networking --disable-component-update "
                          "--disable-sync --dump-dom",
                          {"--user-data-dir=" + (server.folder.path() / "profile").string(), url})
            .out;
    };
    CHECK_THAT(visit(here + "/" + origin.url("/a/page.html")),
               Contains("<title>before</title>") && Contains("saved"));
    CHECK_THAT(visit(foreign.url("/")), Contains("<title>foreign</title>"));

    std::vector<std::string> paths;
    for (const auto& head : origin.requests())
        paths.push_back(path_of(head));
    for (const std::string path : {"/a/page.html", "/look.css", "/a/near.svg", "/far.svg"}) {
        CAPTURE(path);
        CHECK(std::ranges::count(paths, path) == 1);
    }
    CHECK(std::ranges::count(paths, "/stolen.svg") == 0);
    CHECK(std::ranges::count(paths, "/framed.html") == 0);
}
