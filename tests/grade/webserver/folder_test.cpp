// The web server's responses about a site: listings, compressed copies, options.
#include "catch.h"

#include <sys/stat.h>

#include <array>
#include <csignal>

#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with)
{
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

/// The targets of a page's links, as a browser takes them from the HTML.
std::vector<std::string> links(const std::string& html)
{
    constexpr std::string_view start = "href=\"";
    std::vector<std::string> found;
    for (auto at = html.find(start); at != std::string::npos; at = html.find(start, at)) {
        at += start.size();
        std::string target = html.substr(at, html.find('"', at) - at);
        for (const auto& [entity, text] : {std::pair{"&quot;", "\""},
                                           {"&#39;", "'"},
                                           {"&lt;", "<"},
                                           {"&gt;", ">"},
                                           {"&amp;", "&"}})
            target = replaced(target, entity, text);
        found.push_back(target);
    }
    return found;
}

/// The link's path on the server, seen from a folder's page; empty when it leads elsewhere.
std::string resolved(const std::string& folder, std::string target)
{
    target = target.substr(0, target.find('#')); // a browser keeps the fragment
    if (target.starts_with('/') || target.starts_with('?') || target.starts_with("../")) return {};
    if (target.starts_with("./")) return folder + target.substr(2);
    const auto colon = target.find(':');
    if (colon != std::string::npos && colon < target.find('/'))
        return {}; // a scheme, RFC 3986 §4.2
    return folder + target;
}

std::string request(const std::string& target, const std::string& fields = "")
{
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n";
}

void set_age(const std::filesystem::path& file, std::chrono::hours age)
{
    std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - age);
}

} // namespace

TEST_CASE("A folder without an index.html is listed, whatever characters its names contain",
          "[webserver][extra]")
{
    const ScratchFolder site;
    const std::string odd[] = {
        "plain.txt",
        "two words",
        "<script>alert(1)",
        "a&b",
        "a&amp;b",
        "\"quoted\"",
        "it's",
        "100%",
        "%41",
        "why?",
        "#top",
        "mailto:me",
        "javascript:1",
        "back\\slash",
        "line\nbreak",
        "\x1b[2J",
        "invalid \xff\xfe",
        "\xc3\xa4\xe2\x82\xac",
        "a;b=c,d+e",
        std::string(255, 'l'),
    };
    for (const std::string& name : odd)
        site.write("list/" + name, "content of " + name);
    site.write("list/.hidden", "secret");
    site.write("list/.git/config", "secret");
    site.write("list/sub:<folder>/index.html", "inner");
    const WebServer server(site.path());
    const Answer answer = server.get("/list/");
    CHECK(answer.status == 200);
    CHECK_THAT(answer.field("Content-Type"), StartsWith("text/html; charset=utf-8"));
    CHECK_THAT(answer.body, !Contains("<script>") && !Contains("hidden") && !Contains(".git"));

    std::vector<std::string> contents;
    for (const std::string& link : links(answer.body)) {
        CAPTURE(link);
        const std::string path = resolved("/list/", link);
        if (path.empty() || path == "/list/")
            continue; // the heads of columns and the parent folder
        CHECK(path.find_first_of(" \n\x1b\"<>") == std::string::npos);
        const Answer file = server.get(path);
        CHECK(file.status == 200);
        contents.push_back(file.body);
    }
    CHECK(contents.size() == std::size(odd) + 1);
    for (const std::string& name : odd) {
        CAPTURE(name);
        CHECK(std::count(contents.begin(), contents.end(), "content of " + name) == 1);
    }
    CHECK(std::count(contents.begin(), contents.end(), "inner") == 1);
}

TEST_CASE("A listing is sorted by name, size or date, and shows new files",
          "[webserver][extra][own]")
{
    const ScratchFolder site;
    set_age(site.write("a.txt", "five."), 3h);
    set_age(site.write("b.txt", std::string(5000, 'x')), 1h);
    set_age(site.write("c.txt", ""), 2h);
    std::filesystem::create_directory(site.path() / "z");
    const WebServer server(site.path());
    const auto order = [&server](const std::string& path) {
        std::string names;
        for (const std::string& link : links(server.get(path).body))
            if (const std::string each = resolved("", link); !each.empty()) names += each + " ";
        return names;
    };
    CHECK(order("/") == "z/ a.txt b.txt c.txt ");
    CHECK(order("/?sort=size") == "z/ b.txt a.txt c.txt ");
    CHECK(order("/?sort=date") == "z/ b.txt c.txt a.txt ");
    CHECK(order("/?sort=nonsense") == "z/ a.txt b.txt c.txt ");
    site.write("b.txt.new", "");
    CHECK(order("/") == "z/ a.txt b.txt b.txt.new c.txt ");
    CHECK_THAT(server.get("/").body, Contains("5.0 kB"));
    CHECK_THAT(server.get("/z/").body, Contains("href=\"../\""));
    CHECK_THAT(server.get("/").body, !Contains("href=\"../\""));
}

TEST_CASE("A listing supports HEAD, the folder's redirect and its options",
          "[webserver][extra][own]")
{
    const ScratchFolder site;
    site.write("list/a.txt", "a");
    site.write("index/index.html", "index");
    const WebServer server(site.path());
    const Answer redirect = server.get("/list?sort=size");
    CHECK(redirect.status == 301);
    CHECK(redirect.field("Location") == "/list/?sort=size");
    const Answer head = server.ask("HEAD /list/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(head.field("Content-Length") == std::to_string(server.get("/list/").body.size()));

    const WebServer closed(site.path(), {".", "--no-listing"});
    CHECK(closed.get("/list/").status == 403);
    CHECK_THAT(closed.get("/list/").body, !Contains("a.txt"));
    CHECK(closed.get("/list/a.txt").body == "a");
    CHECK(closed.get("/index/").body == "index");
}

TEST_CASE("The site's own 404.html is sent for missing files", "[webserver][extra][own]")
{
    const ScratchFolder site;
    const auto page = site.write("404.html", "<p>our own page</p>");
    site.write("404.html.gz", "gzipped page");
    const WebServer server(site.path());
    for (const char* path : {"/nothing", "/no/folder/", "/.hidden", "/404.html/x"}) {
        CAPTURE(path);
        const Answer answer = server.get(path);
        CHECK(answer.status == 404);
        CHECK(answer.body == "<p>our own page</p>");
        CHECK_THAT(answer.field("Content-Type"), StartsWith("text/html"));
    }
    const Answer conditional =
        server.ask(request("/nothing", "If-None-Match: *\r\nRange: bytes=0-1\r\n"));
    CHECK(conditional.status == 404);
    CHECK(conditional.body == "<p>our own page</p>");
    CHECK(server.ask(request("/nothing", "Accept-Encoding: gzip\r\n")).body == "gzipped page");
    CHECK(server.get("/404.html").status == 200);
    std::filesystem::remove(page);
    CHECK_THAT(server.get("/nothing").body, Contains("404 Not Found"));
    site.write("404.html", std::string(400'000, 'x')); // more than small_file
    CHECK(server.get("/nothing").body.size() == 400'000);
}

TEST_CASE("With --single-page, index.html is sent for all missing paths", "[webserver][extra][own]")
{
    const ScratchFolder site;
    site.write("index.html", "<script>draw()</script>");
    site.write("app.js", "draw");
    site.write("404.html", "not this one");
    const WebServer server(site.path(), {".", "--single-page"});
    for (const char* path : {"/", "/users/5", "/deep/er/?q=1"}) {
        CAPTURE(path);
        const Answer answer = server.get(path);
        CHECK(answer.status == 200);
        CHECK(answer.body == "<script>draw()</script>");
        CHECK_THAT(answer.field("Content-Type"), StartsWith("text/html"));
    }
    CHECK(server.get("/app.js").body == "draw");
    CHECK(server.get("/%zz").status == 400);
}

TEST_CASE("A compressed copy beside a file is sent to clients that accept it",
          "[webserver][extra][own]")
{
    const ScratchFolder site;
    const std::string large(400'000, 'g');
    site.write("page.html", "plain page");
    site.write("page.html.gz", "gzipped page");
    site.write("page.html.br", "brotli page");
    site.write("app.js", "plain script");
    site.write("app.js.zst", "zstandard script");
    site.write("data.json", "plain data");
    site.write("data.json.gz", large);
    site.write("picture.png", "plain picture");
    site.write("picture.png.gz", "gzipped picture");
    const WebServer server(site.path());
    struct Row {
        std::string path, accepted, body, coding;
    };
    for (const auto& [path, accepted, body, coding] : {
             Row{"/page.html", "", "plain page", ""},
             {"/page.html", "gzip", "gzipped page", "gzip"},
             {"/page.html", "gzip, deflate, br, zstd", "brotli page", "br"},
             {"/page.html", "gzip;q=1.0, br;q=0.9", "gzipped page", "gzip"},
             {"/page.html", "gzip;q=0, br;q=0", "plain page", ""},
             {"/page.html", "identity, br;q=0.5", "plain page", ""},
             {"/page.html", "deflate, *;q=0.1, br;q=0", "gzipped page", "gzip"},
             {"/page.html", "GZIP", "gzipped page", "gzip"},
             {"/app.js", "gzip, zstd", "zstandard script", "zstd"},
             {"/app.js", "gzip, br", "plain script", ""},
             {"/data.json", "gzip", large, "gzip"},
             {"/picture.png", "gzip", "plain picture", ""},
         }) {
        CAPTURE(path, accepted);
        const std::string field = accepted.empty() ? "" : "Accept-Encoding: " + accepted + "\r\n";
        const Answer answer = server.ask(request(path, field));
        const Answer plain = server.get(path);
        CHECK(answer.status == 200);
        CHECK((answer.body == body));
        CHECK(answer.field("Content-Encoding") == coding);
        CHECK(answer.field("Content-Type") == plain.field("Content-Type"));
        CHECK(answer.field("Vary") == (path == "/picture.png" ? "" : "Accept-Encoding"));
        CHECK((answer.field("ETag") == plain.field("ETag")) == coding.empty());
    }

    const std::string gzip = "Accept-Encoding: gzip\r\n";
    const Answer whole = server.ask(request("/page.html", gzip));
    const Answer part = server.ask(request("/page.html", gzip + "Range: bytes=2-5\r\n"));
    CHECK(part.status == 206);
    CHECK(part.body == "ippe");
    CHECK(part.field("Content-Range") == "bytes 2-5/12");
    CHECK(part.field("Content-Encoding") == "gzip");
    CHECK(part.field("ETag") == whole.field("ETag"));
    const Answer known =
        server.ask(request("/page.html", gzip + "If-None-Match: " + whole.field("ETag") + "\r\n"));
    CHECK(known.status == 304);
    CHECK(known.field("Vary") == "Accept-Encoding");
}

TEST_CASE("The user's fields are in every response", "[webserver][extra][own]")
{
    const ScratchFolder site;
    site.write("page.html", "page");
    site.write("large.bin", std::string(400'000, 'x'));
    site.write("folder/file", "");
    const WebServer server(site.path(), {".", "--header", "X-Lab: one", "--header=X-Empty:",
                                         "--header=X-Colons:a:b", "--cors", "--no-cache"});
    const auto check = [](const Answer& answer, int status) {
        CAPTURE(answer.head);
        CHECK(answer.status == status);
        CHECK(answer.field("X-Lab") == "one");
        CHECK_THAT(answer.head, Contains("X-Empty:"));
        CHECK(answer.field("X-Colons") == "a:b");
        CHECK(answer.field("Access-Control-Allow-Origin") == "*");
        CHECK(answer.field("Cache-Control") == "no-store");
    };
    check(server.get("/page.html"), 200);
    check(server.get("/large.bin"), 200);
    check(server.get("/folder/"), 200);
    check(server.get("/folder"), 301);
    check(server.get("/nothing"), 404);
    check(server.get("/%zz"), 400);
    check(server.ask(request("/page.html", "If-None-Match: *\r\n")), 304);
    check(server.ask(request("/page.html", "If-Match: \"x\"\r\n")), 412);
    check(server.ask(request("/page.html", "Range: bytes=0-1\r\n")), 206);
    check(server.ask(request("/page.html", "Range: bytes=9-\r\n")), 416);
    check(server.ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
    check(server.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 204);
    check(server.ask("GARBAGE\r\n\r\n"), 400);
    const Answer plain = WebServer(site.path()).get("/page.html");
    for (const char* name : {"X-Lab", "Access-Control-Allow-Origin", "Cache-Control"})
        CHECK(plain.field(name).empty());
}

TEST_CASE("A malformed --header ends with one line and exit status 2", "[webserver][robust][own]")
{
    const ScratchFolder site;
    for (const std::string header :
         {"", "no colon", ": value", "two words: value", "Name : value", "N\xc3\xa4me: value",
          "Name: a\r\nSet-Cookie: b", "Name: a\nb", "Na\tme: value", "Name: \x7f",
          // fields that the server sets itself and that may occur only once
          "Content-Length: 1", "Content-Type: text/plain", "date: x", "ETag: \"x\"", "Server: x"}) {
        CAPTURE(header);
        const auto outcome =
            grade::run(grade::command_of("WEBSERVER"), {"0", ".", "--header", header}, site.path());
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, StartsWith("webserver: --header "));
    }
}

TEST_CASE("The log is written to the chosen destination", "[webserver][extra][own]")
{
    const ScratchFolder site;
    const ScratchFolder logs;
    site.write("page.html", "page");
    const auto file = logs.path() / "access.log";
    const auto ask_and_end = [&](const std::string& option) {
        WebServer server(site.path(), {".", option});
        REQUIRE(server.get("/page.html").status == 200);
        server.process().signal(SIGTERM);
        const auto outcome = server.process().wait(net::Deadline::in(10s));
        REQUIRE(outcome);
        CHECK(outcome->status == 0);
        return outcome->out;
    };
    const std::string line =
        R"(127\.0\.0\.1 - - \[[^\]]*\] "GET /page\.html HTTP/1\.1" 200 4 "-" "-"\n)";
    CHECK(ask_and_end("--log=" + file.string()).empty());
    CHECK_THAT(grade::content_of(file), Matches(line));
    CHECK(ask_and_end("--log=" + file.string()).empty()); // the log is appended to
    CHECK_THAT(grade::content_of(file), Matches(line + line));
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07) == 0); // the log is private to its owner
    CHECK(ask_and_end("--log=none").empty());
    CHECK_THAT(ask_and_end("--log=-"), Matches(line));

    const auto nowhere = grade::run(grade::command_of("WEBSERVER"),
                                    {"0", ".", "--log=/no/such/folder/log"}, site.path());
    CHECK(nowhere.status == 2);
    CHECK(nowhere.err ==
          "webserver: open the log /no/such/folder/log: No such file or directory\n");
}
