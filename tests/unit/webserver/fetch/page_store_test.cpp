#include "webserver/fetch/page_store.h"

#include "catch.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "common/http/date.h"
#include "tests/unit/scratch.h"
#include "webserver/fetch/sha256.h"

using namespace std::chrono_literals;
using webserver::fresh_until;
using webserver::PageStore;
using webserver::parse_record;
using webserver::record_of;
using webserver::SavedPage;

namespace {

const std::chrono::sys_seconds now = *http::parse_date("Sun, 22 Nov 2026 09:15:00 GMT");

constexpr std::uint64_t plenty = 1 << 30;

http::ReceivedResponse response(const std::string& fields)
{
    static std::string text; // the parsed head has views of it
    text = "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
    auto parsed = http::parse_response(text, "GET");
    REQUIRE(std::holds_alternative<http::ReceivedResponse>(parsed));
    return std::get<http::ReceivedResponse>(std::move(parsed));
}

SavedPage page(const std::string& url, std::uint64_t size = 0)
{
    return {.url = url,
            .moved_to = {},
            .type = "text/html; charset=utf-8",
            .size = size,
            .etag = "\"a\"",
            .last_modified = "Sun, 06 Nov 1994 08:49:37 GMT",
            .fetched = now,
            .fresh_until = now + 60s};
}

void save(PageStore& saved, const std::string& url, const std::string& content)
{
    net::AtomicFile body = saved.begin(url);
    body.write(content);
    static_cast<void>(saved.save(page(url, content.size()), body));
}

std::string content(const std::optional<webserver::SavedCopy>& copy)
{
    REQUIRE(copy);
    REQUIRE(copy->body);
    std::array<char, 10'000> bytes{};
    const auto size = ::pread(copy->body.get(), bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(size)};
}

std::size_t files_in(const std::filesystem::path& folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

TEST_CASE("A page is fresh for as long as its origin declares", "[webserver][saved]")
{
    const auto [fields, seconds] = GENERATE(table<std::string, std::int64_t>({
        {"", 0},
        {"Cache-Control: max-age=60\r\n", 60},
        {"Cache-Control: public, MAX-AGE=60\r\n", 60},
        {"Cache-Control: public\r\nCache-Control: max-age=60\r\n", 60},
        {"Cache-Control: max-age=60\r\nAge: 20\r\n", 40},
        {"Cache-Control: max-age=60\r\nAge: 100\r\n", 0},
        {"Cache-Control: max-age=60, no-cache\r\n", 0},
        {"Cache-Control: no-store, max-age=60\r\n", 0},
        {"Cache-Control: no-cache=\"a\", max-age=60\r\n", 0},
        {"Cache-Control: a=\"b, no-store, c\", max-age=\"60\"\r\n", 60},
        {"Cache-Control: max-age=-1\r\n", 0},
        {"Cache-Control: max-age=x\r\n", 0},
        {"Cache-Control: max-age=99999999999999999999999\r\n", 31556952},
        {"Expires: Sun, 22 Nov 2026 09:16:00 GMT\r\n", 60},
        {"Expires: Sun, 22 Nov 2026 09:10:00 GMT\r\n", 0},
        {"Expires: 0\r\n", 0},
        {"Date: Sun, 22 Nov 2026 09:15:30 GMT\r\nExpires: Sun, 22 Nov 2026 09:16:00 GMT\r\n", 30},
        {"Cache-Control: max-age=5\r\nExpires: Sun, 22 Nov 2026 09:16:00 GMT\r\n", 5},
    }));
    CAPTURE(fields);
    CHECK((fresh_until(response(fields), now) - now).count() == seconds);
}

TEST_CASE("A record is parsed to the values it was written from", "[webserver][saved]")
{
    const SavedPage written = page("http://a.example/?b: c", 1234);
    const std::string text = record_of(written);
    CHECK_THAT(text, StartsWith("URL: http://a.example/?b: c\n"));
    const auto read = parse_record(text);
    REQUIRE(read);
    CHECK(record_of(*read) == text);
    CHECK(read->size == 1234);
    CHECK(read->fetched == now);
    CHECK(read->etag == "\"a\"");

    CHECK_FALSE(parse_record(""));
    CHECK_FALSE(parse_record("nonsense\n"));
    CHECK_FALSE(parse_record("URL: http://a/\nSize: x\n"));
    for (std::size_t size = 0; size < text.size() - 1; ++size)
        CHECK_FALSE(parse_record(text.substr(0, size)));
}

TEST_CASE("Only the saved page is found", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path() / "made" / "when needed", plenty);
    CHECK_FALSE(saved.find("http://a/"));
    CHECK(saved.list().empty());
    save(saved, "http://a/", "one");
    save(saved, "http://a/" + std::string(5000, 'x'), "two"); // longer than any file's name
    save(saved, "http://a/empty", "");
    CHECK(content(saved.find("http://a/")) == "one");
    CHECK(saved.find("http://a/")->page.type == "text/html; charset=utf-8");
    CHECK(content(saved.find("http://a/" + std::string(5000, 'x'))) == "two");
    CHECK(content(saved.find("http://a/empty")).empty());
    CHECK_FALSE(saved.find("http://b/"));
    CHECK(saved.list().size() == 3);
    CHECK(files_in(scratch.path() / "made" / "when needed") == 6);
}

TEST_CASE("Saved pages are readable only by their owner", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path() / "saved", plenty);
    save(saved, "http://a/", "one");
    struct stat status {};
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path() / "saved")) {
        REQUIRE(::stat(entry.path().c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
    REQUIRE(::stat((scratch.path() / "saved").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("A new copy replaces the old one, which stays readable while it is open",
          "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    save(saved, "http://a/", "old");
    const auto old = saved.find("http://a/");
    save(saved, "http://a/", "newer");
    CHECK(content(old) == "old");
    CHECK(content(saved.find("http://a/")) == "newer");
    CHECK(files_in(scratch.path()) == 2);
}

TEST_CASE("A body that is not saved leaves no file", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    {
        net::AtomicFile body = saved.begin("http://a/");
        body.write("half");
    }
    CHECK(files_in(scratch.path()) == 0);
    CHECK_FALSE(saved.find("http://a/"));
}

TEST_CASE("A body and a record that do not match are not found", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    save(saved, "http://a/", "one");
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path()))
        if (entry.path().extension() == ".body") std::filesystem::resize_file(entry.path(), 1);
    CHECK_FALSE(saved.find("http://a/"));
}

TEST_CASE("A redirect is saved but not listed", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    save(saved, "http://a/", "one");
    saved.save_move({.url = "http://a/", .moved_to = "http://b/", .fetched = now});
    const auto copy = saved.find("http://a/");
    REQUIRE(copy);
    CHECK(copy->page.moved_to == "http://b/");
    CHECK_FALSE(copy->body);
    CHECK(saved.list().empty());
    CHECK(files_in(scratch.path()) == 1);
}

TEST_CASE("Revalidation of an old copy does not change a newer one", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    save(saved, "http://a/", "one");
    const SavedPage old = saved.find("http://a/")->page;
    SavedPage renewed = old;
    renewed.fresh_until = now + 1h;
    saved.renew(old, renewed);
    CHECK(saved.find("http://a/")->page.fresh_until == now + 1h);
    saved.renew(old, old); // too late
    CHECK(saved.find("http://a/")->page.fresh_until == now + 1h);
}

TEST_CASE("Threads that save the same page leave one complete copy", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), plenty);
    const auto writer = [&saved](char c) {
        for (std::size_t i = 0; i < 200; ++i)
            save(saved, "http://a/", std::string(i % 20 + 1, c));
    };
    std::thread a(writer, 'a');
    std::thread b(writer, 'b');
    for (int i = 0; i < 200; ++i) {
        const auto copy = saved.find("http://a/");
        if (!copy) continue;
        const std::string text = content(copy);
        REQUIRE(text.size() == copy->page.size);
        REQUIRE(text == std::string(text.size(), text.front()));
    }
    a.join();
    b.join();
    CHECK(files_in(scratch.path()) == 2);
}

TEST_CASE("The pages fetched longest ago are removed to make room, but no other files",
          "[webserver][saved]")
{
    const Scratch scratch;
    scratch.write("notes.txt", "my own");
    scratch.write("notes.body", std::string(200'000, 'x'));
    const auto save_at = [](PageStore& saved, const std::string& url, std::chrono::seconds age) {
        net::AtomicFile body = saved.begin(url);
        body.write(std::string(20'000, 'x')); // 24 KiB with its record
        SavedPage old = page(url, 20'000);
        old.fetched = now - age;
        CHECK(saved.save(old, body).body);
    };
    constexpr std::uint64_t room_for_four = 112 << 10; // and an eighth free
    {
        PageStore saved(scratch.path(), room_for_four);
        save_at(saved, "http://a/3", 3s);
        save_at(saved, "http://a/4", 4s);
    }
    PageStore saved(scratch.path(), room_for_four); // the pages of an earlier run count
    save_at(saved, "http://a/1", 1s);
    save_at(saved, "http://a/2", 2s);
    for (int i = 0; i < 10; ++i) { // saving the same page again takes no more space
        save_at(saved, "http://a/1", 1s);
        saved.renew(saved.find("http://a/1")->page, page("http://a/1", 20'000));
    }
    CHECK(saved.list().size() == 4);
    save_at(saved, "http://a/9", 9s); // the oldest, but it is being asked for
    CHECK(saved.find("http://a/9"));
    CHECK_FALSE(saved.find("http://a/4"));
    CHECK(saved.find("http://a/2"));
    CHECK(files_in(scratch.path()) == 2 + 2 * saved.list().size());

    PageStore tiny(scratch.path(), 1);
    save_at(tiny, "http://a/0", 0s);
    CHECK(tiny.find("http://a/0"));
    CHECK(tiny.list().size() == 1);
}

TEST_CASE("A body left without a record by a killed process is removed", "[webserver][saved]")
{
    const Scratch scratch;
    {
        PageStore saved(scratch.path(), plenty);
        save(saved, "http://a/left", "one");
        save(saved, "http://a/whole", "two");
    }
    std::filesystem::remove(scratch.path() / (webserver::sha256("http://a/left") + ".txt"));
    scratch.write("notes.body", "my own");
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path()))
        std::filesystem::last_write_time(entry.path(), entry.last_write_time() - 25h);
    const std::string being_saved = webserver::sha256("http://a/elsewhere") + ".body";
    scratch.write(being_saved, "by another process, which writes its record next");

    PageStore saved(scratch.path(), plenty);
    save(saved, "http://a/new", "three");
    CHECK_FALSE(
        std::filesystem::exists(scratch.path() / (webserver::sha256("http://a/left") + ".body")));
    CHECK(std::filesystem::exists(scratch.path() / "notes.body"));
    CHECK(std::filesystem::exists(scratch.path() / being_saved));
    CHECK(content(saved.find("http://a/whole")) == "two");
}

TEST_CASE("Threads that save at the same time each get the page they saved", "[webserver][saved]")
{
    const Scratch scratch;
    PageStore saved(scratch.path(), 64 << 10); // a few of them
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&saved, &right, i] {
                for (int k = 0; k < 50; ++k) {
                    const std::string url =
                        "http://a/" + std::to_string(i) + "/" + std::to_string(k);
                    net::AtomicFile body = saved.begin(url);
                    body.write(url);
                    SavedPage slow = page(url, url.size());
                    slow.fetched = now - std::chrono::seconds(k);
                    if (saved.save(slow, body).body) ++right;
                }
            });
    }
    CHECK(right == 400);
}
