// The stored responses, as seen from outside: the textbook's case first, then restarts, failures
// and changes by other processes.
#include "catch.h"

#include <atomic>
#include <csignal>
#include <fstream>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"
#include "tests/grade/proxy/cache_cases.h"

using grade::Client;
using grade::fresh;
using grade::OriginClient;
using grade::Proxy;
using grade::ScratchFolder;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string fresh_response(const std::string& body, const std::string& fields = fresh)
{
    return grade::ok(body, fields);
}

std::string pattern(std::size_t size, unsigned seed)
{
    std::string bytes(size, '\0');
    std::uint32_t state = seed;
    for (char& byte : bytes) {
        state = state * 1'664'525 + 1'013'904'223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

/// The body for a path: "/10000" has 10000 bytes, which depend on the path.
std::string page_at(const std::string& path)
{
    const auto size = std::stoul("0" + path.substr(1));
    return pattern(size, static_cast<unsigned>(size));
}

std::string path_in(const std::string& head)
{
    const auto begin = head.find(' ') + 1;
    return head.substr(begin, head.find(' ', begin) - begin);
}

/// An origin of such responses that counts its requests.
struct Pages {
    std::atomic<int> asked = 0;
    ScriptedOrigin origin{[this](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            ++asked;
            client.send(fresh_response(page_at(path_in(head))));
        }
    }};
};

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension)
{
    std::vector<fs::path> files;
    std::error_code gone;
    for (const auto& file : fs::recursive_directory_iterator(folder, gone))
        if (file.path().extension() == extension) files.push_back(file.path());
    return files;
}

std::vector<std::string> in(const ScratchFolder& folder)
{
    return {"--cache-dir", (folder.path() / "cache").string()};
}

std::vector<std::string> with(std::vector<std::string> arguments, const std::string& option,
                              const std::string& value)
{
    arguments.push_back(option);
    arguments.push_back(value);
    return arguments;
}

std::string status_of(const grade::Answer& response)
{
    return response.field("Cache-Status");
}

} // namespace

TEST_CASE("A cached response is served after the origin has stopped", "[proxy][cache][extra]")
{
    const std::string fields =
        GENERATE("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                 "Cache-Control: max-age=3600\r\n", "ETag: \"a\"\r\nConnection: close\r\n");
    const std::string body = pattern(100'000, 7);
    const Proxy proxy;
    std::string url;
    {
        const ScriptedOrigin origin(grade::answering(fresh_response(body, fields)));
        url = origin.url("/page.html");
        REQUIRE(proxy.get(url).status == 200);
    }
    const auto answer = proxy.get(url);
    CHECK(answer.status == 200);
    CHECK((answer.body == body));
}

TEST_CASE("A second request is a hit, with Age and ttl", "[proxy][cache][own]")
{
    Pages pages;
    const Proxy proxy;
    CHECK(status_of(proxy.get(pages.origin.url("/500"))) ==
          "proxy; fwd=uri-miss; fwd-status=200; stored");
    const auto hit = proxy.get(pages.origin.url("/500"));
    CHECK(hit.body == page_at("/500"));
    CHECK_THAT(status_of(hit), StartsWith("proxy; hit; ttl=3"));
    CHECK_FALSE(hit.field("Age").empty());
    CHECK(pages.asked == 1);
}

TEST_CASE("Responses of every size are served unchanged, from memory and from files",
          "[proxy][cache][extra]")
{
    Pages pages;
    const bool on_disk = GENERATE(true, false);
    const ScratchFolder folder;
    const Proxy proxy(on_disk ? in(folder) : std::vector<std::string>{"--cache-dir", "none"});
    const auto paths = {"/0", "/1", "/1000", "/131072", "/131073", "/3000000"};
    for (int round = 0; round < 3; ++round)
        for (const std::string path : paths) {
            const auto answer = proxy.get(pages.origin.url(path));
            CHECK(answer.status == 200);
            CHECK((answer.body == page_at(path)));
            CHECK((answer.head.find("; hit") != std::string::npos) == (round > 0));
        }
    CHECK(pages.asked == static_cast<int>(paths.size()));
    CHECK(files_in(folder.path(), ".body").size() == (on_disk ? paths.size() : 0));
}

TEST_CASE("A chunked response is stored decoded, and both of its files are readable",
          "[proxy][cache][own]")
{
    const ScriptedOrigin origin(grade::answering(
        "HTTP/1.1 200 OK\r\n" + fresh +
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"));
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    CHECK(proxy.get(origin.url("/a")).status == 200);
    const auto bodies = files_in(folder.path(), ".body");
    const auto heads = files_in(folder.path(), ".head");
    REQUIRE(bodies.size() == 1);
    REQUIRE(heads.size() == 1);
    CHECK(grade::content_of(bodies.front()) == "hello world");
    const auto head = grade::content_of(heads.front());
    CHECK_THAT(head, StartsWith("URL: " + origin.url("/a") + "\r\n"));
    CHECK_THAT(head, Contains("\r\nHTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\n"));
    CHECK((fs::status(folder.path() / "cache").permissions() & fs::perms::all) ==
          fs::perms::owner_all);
    CHECK(proxy.get(origin.url("/a")).body == "hello world");
}

TEST_CASE("A truncated body is never stored", "[proxy][cache][robust]")
{
    const std::string answer = GENERATE(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nshort\r\n",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nshort\r\nxyz\r\n");
    std::atomic<int> asked = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(answer);
    });
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    for (int i = 1; i <= 3; ++i) {
        const auto got = proxy.ask(grade::get_request(origin.url("/")));
        CHECK_THAT(got, Contains("short"));
        CHECK_THAT(got, !EndsWith("0\r\n\r\n"));
        CHECK(asked == i);
    }
    CHECK(files_in(folder.path(), ".head").empty());
    CHECK(files_in(folder.path(), ".body").empty());
}

TEST_CASE("Stored responses survive a restart", "[proxy][cache][extra]")
{
    Pages pages;
    const ScratchFolder folder;
    const int signal = GENERATE(SIGTERM, SIGKILL);
    {
        Proxy proxy(in(folder));
        for (const std::string path : {"/10", "/1000", "/200000"})
            REQUIRE(proxy.get(pages.origin.url(path)).status == 200);
        proxy.process().signal(signal);
        REQUIRE(proxy.process().wait(net::Deadline::in(15s)));
    }
    const Proxy proxy(in(folder));
    for (const std::string path : {"/10", "/1000", "/200000"})
        CHECK((proxy.get(pages.origin.url(path)).body == page_at(path)));
    CHECK(pages.asked == 3);
}

TEST_CASE("After a kill while storing, only complete entries are found", "[proxy][cache][robust]")
{
    Pages pages;
    const ScratchFolder folder;
    for (int round = 0; round < 10; ++round) {
        Proxy proxy(in(folder));
        std::list<Client> clients;
        for (int i = 0; i < 20; ++i) {
            const auto size = std::to_string(200'000 + round * 1000 + i);
            clients.emplace_back(proxy.port())
                .send(grade::get_request(pages.origin.url("/" + size)));
        }
        clients.front().receive(); // at least one is complete; the others may not be
        proxy.process().signal(SIGKILL);
        REQUIRE(proxy.process().wait(net::Deadline::in(15s)));
    }
    const Proxy proxy(in(folder));
    const int asked_before = pages.asked;
    int hits = 0;
    for (int round = 0; round < 10; ++round)
        for (int i = 0; i < 20; ++i) {
            const auto path = "/" + std::to_string(200'000 + round * 1000 + i);
            const auto answer = proxy.get(pages.origin.url(path));
            CHECK((answer.body == page_at(path)));
            if (status_of(answer).starts_with("proxy; hit")) ++hits;
        }
    CHECK(hits >= 10);
    const int late = pages.asked - asked_before - (200 - hits); // requests of the killed proxy
    CHECK((late >= 0 && late < 20));
}

TEST_CASE("Damaged files are not served", "[proxy][cache][robust]")
{
    Pages pages;
    const ScratchFolder folder;
    {
        const Proxy proxy(in(folder));
        REQUIRE(proxy.get(pages.origin.url("/200000")).status == 200);
    }
    const auto body = files_in(folder.path(), ".body").front();
    const auto head = files_in(folder.path(), ".head").front();
    switch (GENERATE(0, 1, 2, 3, 4)) {
    case 0: fs::resize_file(body, 1000); break;
    case 1: std::ofstream(body, std::ios::in) << "other bytes"; break;
    case 2: fs::remove(body); break;
    case 3: fs::resize_file(head, 50); break;
    case 4: std::ofstream(head) << "URL: http://a/\r\n\r\n"; break;
    }
    const Proxy proxy(in(folder));
    const auto answer = proxy.get(pages.origin.url("/200000"));
    CHECK((answer.body == page_at("/200000")));
    CHECK_THAT(status_of(answer), Contains("fwd=uri-miss"));
    CHECK(status_of(proxy.get(pages.origin.url("/200000"))).starts_with("proxy; hit"));
}

TEST_CASE("Removing a file purges its entry", "[proxy][cache][extra]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    for (const std::string path : {"/10", "/200000"}) {
        REQUIRE(proxy.get(pages.origin.url(path)).status == 200);
        fs::remove_all(folder.path() / "cache");
        fs::create_directory(folder.path() / "cache");
        const auto deadline = net::Deadline::in(15s);
        const int asked = pages.asked;
        while (pages.asked == asked) {
            CHECK((proxy.get(pages.origin.url(path)).body == page_at(path)));
            REQUIRE_FALSE(deadline.passed());
        }
    }
}

TEST_CASE("--list lists the cache and --purge removes entries while the proxy runs",
          "[proxy][cache][own]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    for (const std::string path : {"/10", "/20"})
        REQUIRE(proxy.get(pages.origin.url(path)).status == 200);
    const auto command = grade::command_of("PROXY");
    auto arguments = in(folder);
    arguments.emplace_back("--list");
    auto listed = grade::run(command, arguments);
    CHECK(listed.status == 0);
    CHECK_THAT(listed.out, Contains("200 10 B fresh for 3"));
    CHECK_THAT(listed.out, Contains(" " + pages.origin.url("/20") + "\n"));
    CHECK_THAT(listed.out, Contains(".body\n"));

    const auto purged = grade::run(command, with(in(folder), "--purge", pages.origin.url("/20")));
    CHECK(purged.status == 0);
    CHECK(purged.out == "1 entry of " + pages.origin.url("/20") + " removed\n");
    listed = grade::run(command, arguments);
    CHECK_THAT(listed.out, !Contains(pages.origin.url("/20")));
    CHECK_THAT(listed.out, Contains(pages.origin.url("/10")));
    const auto deadline = net::Deadline::in(15s);
    while (pages.asked == 2) {
        CHECK(proxy.get(pages.origin.url("/20")).status == 200);
        REQUIRE_FALSE(deadline.passed());
    }
    const auto none = grade::run(command, {"--cache-dir", "none", "--list"});
    CHECK(none.status == 2);
    CHECK_THAT(none.err, Contains("--cache-dir"));
    CHECK(grade::run(command, with(in(folder), "--purge", "two words")).status == 2);
}

TEST_CASE("--purge finds a URL in the client's spelling", "[proxy][cache][own]")
{
    const ScriptedOrigin origin(grade::answering(fresh_response("page")));
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    for (const std::string path : {"/a|b", "/a/../b", "/c"}) {
        CAPTURE(path);
        REQUIRE(proxy.get(origin.url(path)).status == 200);
        const auto purged =
            grade::run(grade::command_of("PROXY"), with(in(folder), "--purge", origin.url(path)));
        CHECK_THAT(purged.out, StartsWith("1 entry of "));
    }
    CHECK(files_in(folder.path(), ".head").empty());
}

TEST_CASE("Cache-Status claims stored only when that is certain enough", "[proxy][cache][own]")
{
    const ScriptedOrigin origin(
        grade::answering("HTTP/1.1 200 OK\r\n" + fresh +
                         "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
    const Proxy proxy;
    CHECK(status_of(proxy.get(origin.url("/"))) == "proxy; fwd=uri-miss; fwd-status=200");
    CHECK_THAT(status_of(proxy.get(origin.url("/"))), Contains("; hit"));
    const Proxy without({"--cache-size=0"});
    CHECK(status_of(without.get(origin.url("/"))) == "proxy; fwd=uri-miss; fwd-status=200");
}

TEST_CASE("A failing cache folder is reported on the status page", "[proxy][cache][own]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy proxy(in(folder));
    const auto state = [&proxy] { return proxy.ask("GET /status.json HTTP/1.0\r\n\r\n"); };
    CHECK_THAT(state(), Contains("\"trouble\":\"\""));
    fs::remove_all(folder.path() / "cache");
    REQUIRE(proxy.get(pages.origin.url("/10")).status == 200);
    CHECK_THAT(state(), Contains("\"trouble\":\"write "));
    fs::create_directory(folder.path() / "cache");
    REQUIRE(proxy.get(pages.origin.url("/20")).status == 200);
    CHECK_THAT(state(), Contains("\"trouble\":\"\""));
}

TEST_CASE("The store stays within its size and keeps recently used entries",
          "[proxy][cache][extra]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy proxy(with(in(folder), "--cache-size", "1"));
    for (int i = 0; i < 20; ++i) {
        REQUIRE(proxy.get(pages.origin.url("/100")).status == 200);
        REQUIRE(proxy.get(pages.origin.url("/" + std::to_string(200'000 + i))).status == 200);
    }
    CHECK(pages.asked == 21);
    std::uintmax_t size = 0;
    for (const auto& file : files_in(folder.path(), ".body"))
        size += fs::file_size(file);
    CHECK(size <= 1024 * 1024);
    CHECK(size >= 800'000);
    CHECK(status_of(proxy.get(pages.origin.url("/200019"))).starts_with("proxy; hit"));
    CHECK_THAT(status_of(proxy.get(pages.origin.url("/200000"))), Contains("uri-miss"));
}

TEST_CASE("A response larger than --max-object is forwarded but not stored",
          "[proxy][cache][extra]")
{
    const std::string body = pattern(1'500'000, 3);
    const bool is_chunked = GENERATE(true, false);
    std::string answer = fresh_response(body);
    if (is_chunked)
        answer = "HTTP/1.1 200 OK\r\n" + fresh + "Transfer-Encoding: chunked\r\n\r\n16e360\r\n" +
                 body + "\r\n0\r\n\r\n";
    const ScriptedOrigin origin(grade::answering(answer));
    const ScratchFolder folder;
    const Proxy proxy(with(in(folder), "--max-object", "1"));
    for (int i = 0; i < 2; ++i) {
        Client client(proxy.port());
        client.send("GET " + origin.url("/") + " HTTP/1.0\r\n\r\n");
        const auto got = client.receive();
        CHECK((got.body == body));
        CHECK_THAT(status_of(got), Contains("uri-miss"));
    }
    CHECK(files_in(folder.path(), ".body").empty());
}

TEST_CASE("--cache-size 0 stores nothing", "[proxy][cache][own]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy proxy(with(in(folder), "--cache-size", "0"));
    for (int i = 1; i <= 3; ++i) {
        CHECK(proxy.get(pages.origin.url("/10")).body == page_at("/10"));
        CHECK(pages.asked == i);
    }
}

TEST_CASE("Several ranges are served as multipart/byteranges", "[proxy][cache][extra]")
{
    const ScriptedOrigin origin(
        grade::answering(fresh_response("0123456789", fresh + "Content-Type: text/plain\r\n")));
    const Proxy proxy;
    REQUIRE(proxy.get(origin.url("/")).status == 200);
    const auto answer = proxy.get(origin.url("/"), "Range: bytes=0-1,5-6,-1\r\n");
    CHECK(answer.status == 206);
    const std::string type = answer.field("Content-Type");
    REQUIRE(type.starts_with("multipart/byteranges; boundary="));
    const std::string delimiter = "--" + type.substr(type.find('=') + 1);
    const auto part = [&](const std::string& range, const std::string& bytes) {
        return delimiter + "\r\nContent-Type: text/plain\r\nContent-Range: bytes " + range +
               "/10\r\n\r\n" + bytes + "\r\n";
    };
    const bool has_preamble = answer.body.starts_with("\r\n"); // it may be there or not
    CHECK(answer.body.substr(has_preamble ? 2 : 0) ==
          part("0-1", "01") + part("5-6", "56") + part("9-9", "9") + delimiter + "--\r\n");
}

TEST_CASE("A stale response is served at once and revalidated in the background",
          "[proxy][cache][extra]")
{
    std::atomic<int> asked = 0;
    std::string second;
    const ScriptedOrigin origin([&](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            if (++asked == 1) {
                client.send(
                    fresh_response("old", "Cache-Control: max-age=2, stale-while-revalidate=600\r\n"
                                          "Age: 10\r\nETag: \"a\"\r\n"));
            } else {
                second = head;
                client.send(fresh_response("new"));
            }
        }
    });
    const Proxy proxy;
    REQUIRE(proxy.get(origin.url("/")).body == "old");
    const auto outdated = proxy.get(origin.url("/"));
    CHECK(outdated.body == "old");
    CHECK_THAT(status_of(outdated), StartsWith("proxy; hit; ttl=-"));
    const auto deadline = net::Deadline::in(15s);
    while (proxy.get(origin.url("/")).body != "new")
        REQUIRE_FALSE(deadline.passed());
    CHECK(asked == 2);
    CHECK_THAT(second, Contains("\r\nIf-None-Match: \"a\"\r\n"));
}

TEST_CASE("Two proxies may share a folder", "[proxy][cache][robust]")
{
    Pages pages;
    const ScratchFolder folder;
    const Proxy one(in(folder));
    const Proxy two(in(folder));
    for (int round = 0; round < 3; ++round)
        for (const std::string path : {"/10", "/3000", "/200000"})
            for (const Proxy* proxy : {&one, &two})
                CHECK((proxy->get(pages.origin.url(path)).body == page_at(path)));
    CHECK(pages.asked <= 6);
    CHECK(files_in(folder.path(), ".head").size() == 3);
    CHECK(files_in(folder.path(), ".body").size() == 3);
}

TEST_CASE("On a full disk, the least recently used entries make room", "[proxy][cache][own]")
{
    if (!grade::can_have_namespaces()) return;
    const Pages pages;
    const ScratchFolder folder;
    const std::string disk = folder.path().string();
    const Proxy proxy({"--cache-dir", disk + "/cache"},
                      "unshare -m sh -c 'mount -t tmpfs -o size=400k none " + disk +
                          "; exec \"$0\" \"$@\"' " + grade::command_of("PROXY"));
    for (int size = 60'000; size < 60'010; ++size)
        REQUIRE(proxy.get(pages.origin.url("/" + std::to_string(size))).status == 200);
    const auto last = proxy.get(pages.origin.url("/60009"));
    CHECK_THAT(last.field("Cache-Status"), Contains("hit"));
    CHECK((last.body == page_at("/60009")));
    CHECK_THAT(proxy.get(pages.origin.url("/60000")).field("Cache-Status"), !Contains("hit"));
}

TEST_CASE("An unusable cache folder is an error at the start", "[proxy][cache][own]")
{
    const ScratchFolder folder;
    const auto file = folder.write("file", "x");
    const auto outcome =
        grade::run(grade::command_of("PROXY"), {"0", "--cache-dir", (file / "cache").string()});
    CHECK(outcome.status == 2);
    CHECK_THAT(outcome.err, Contains("create the cache folder " + (file / "cache").string() +
                                     ": Not a directory"));
    fs::permissions(folder.path(), fs::perms::all);
    const auto open_to_all =
        grade::run(grade::command_of("PROXY"), {"0", "--cache-dir", folder.path().string()});
    CHECK(open_to_all.status == 2);
    CHECK_THAT(open_to_all.err, Contains("(chmod go-w " + folder.path().string() + ")"));
}
