#include "webserver/site/listing.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include "common/error.h"
#include "common/http/url.h"
#include "tests/unit/child.h"
#include "tests/unit/scratch.h"
#include "webserver/site/answer.h"

using webserver::Folder;
using webserver::listing_order;
using webserver::ListingOrder;
namespace fs = std::filesystem;

namespace {

std::string listed(const fs::path& site, const Folder& folder, ListingOrder order)
{
    return std::get<std::string>(webserver::listing_page(webserver::Site(site), folder, order));
}

Folder open_folder(const fs::path& path, const std::string& name = "")
{
    return {net::FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), name};
}

std::string page_of(const Scratch& scratch, ListingOrder order = ListingOrder::by_name)
{
    return listed(scratch.path(), open_folder(scratch.path()), order);
}

/// Decodes HTML's character references.
std::string unescaped(std::string html)
{
    struct Entity {
        std::string_view name, text;
    };
    for (const auto& [name, text] : {Entity{"&lt;", "<"},
                                     {"&gt;", ">"},
                                     {"&quot;", "\""},
                                     {"&#39;", "'"},
                                     {"&amp;", "&"}}) // must be the last
        for (std::size_t at = 0; (at = html.find(name, at)) != std::string::npos; ++at)
            html.replace(at, name.size(), text);
    return html;
}

struct Link {
    std::string target, text;
};

/// The links in the table's rows, except those in its head.
std::vector<Link> links(const std::string& page)
{
    constexpr std::string_view start = "<tr><td><a href=\"";
    std::vector<Link> found;
    for (std::size_t at = 0; (at = page.find(start, at)) != std::string::npos;) {
        at += start.size();
        const auto target_end = page.find("\">", at);
        const auto text_end = page.find("</a>", at);
        REQUIRE(text_end != std::string::npos);
        found.push_back({unescaped(page.substr(at, target_end - at)),
                         unescaped(page.substr(target_end + 2, text_end - target_end - 2))});
    }
    return found;
}

std::string names(const std::string& page)
{
    std::string all;
    for (const Link& link : links(page))
        all += link.text + " ";
    return all;
}

void set_time(const fs::path& path, std::time_t seconds)
{
    const timespec stamp{.tv_sec = seconds, .tv_nsec = 0};
    const std::array<timespec, 2> times{stamp, stamp};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0) == 0);
}

} // namespace

TEST_CASE("Any name is escaped in its link and in its text", "[webserver][listing]")
{
    const Scratch scratch;
    const std::string odd[] = {
        "plain.txt",
        "two words",
        " ",
        "<b>bold",
        "<script>alert(1)",
        "a&amp;b",
        "a&b",
        "\"quoted\"",
        "'quoted'",
        "100%",
        "%41",
        "%2e%2e",
        "why?",
        "?sort=size",
        "#top",
        "a;b=c,d",
        "a+b",
        "a\\b",
        "mailto:me",
        "javascript:alert(1)",
        "http:",
        "line\nbreak",
        "tab\tand\rreturn",
        "\x01\x1b[2J\x7f",
        "invalid \xff\xfe utf-8",
        "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
        "~user",
        "-rf",
        "$(id)",
        std::string(255, 'l'),
    };
    for (const std::string& name : odd)
        scratch.write(name, "");
    const std::string page = page_of(scratch);

    std::vector<std::string> wanted(std::begin(odd), std::end(odd));
    std::ranges::sort(wanted);
    const auto found = links(page);
    REQUIRE(found.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CAPTURE(wanted[i], found[i].target);
        CHECK(found[i].text == wanted[i]);
        REQUIRE(found[i].target.starts_with("./")); // else "a:b" would be a scheme
        CHECK(found[i].target.find_first_of("?#\"<> \n\t\\") == std::string::npos);
        CHECK(http::percent_decode(found[i].target.substr(2)) == wanted[i]);
    }
    CHECK_THAT(page, !Contains("<script>") && !Contains("<b>"));
}

TEST_CASE("The folder's own name is escaped", "[webserver][listing]")
{
    const Scratch scratch;
    const std::string page =
        listed(scratch.path(), open_folder(scratch.path(), "a<b>&\"c\"/d"), ListingOrder::by_name);
    CHECK_THAT(page, Contains("<h1>/a&lt;b&gt;&amp;&quot;c&quot;/d</h1>"));
    CHECK_THAT(page, Contains("<title>/a&lt;b&gt;&amp;&quot;c&quot;/d</title>"));
    CHECK_THAT(page, !Contains("<b>"));
}

TEST_CASE("Hidden files are not listed", "[webserver][listing]")
{
    const Scratch scratch;
    scratch.write(".hidden", "");
    scratch.write(".git/config", "");
    scratch.write("...", "");
    scratch.write(".well-known/security.txt", "");
    scratch.write("seen", "");
    CHECK(names(page_of(scratch)) == ".well-known/ seen ");
}

TEST_CASE("Only subfolders have a link to the parent folder", "[webserver][listing]")
{
    const Scratch scratch;
    CHECK(names(page_of(scratch)).empty());
    const auto up =
        links(listed(scratch.path(), open_folder(scratch.path(), "a"), ListingOrder::by_name));
    REQUIRE(up.size() == 1);
    CHECK(up[0].target == "../");
    CHECK(up[0].text == "../");
}

TEST_CASE("A folder's link ends with a slash, and folders come first", "[webserver][listing]")
{
    const Scratch scratch;
    scratch.write("a", "");
    scratch.write("z/page", "");
    scratch.write("B", "");
    fs::create_directory(scratch.path() / "m:?");
    const auto found = links(page_of(scratch));
    REQUIRE(found.size() == 4);
    CHECK(found[0].target == "./m:%3F/");
    CHECK(found[0].text == "m:?/");
    CHECK(found[1].target == "./z/");
    CHECK(names(page_of(scratch)) == "m:?/ z/ B a ");
}

TEST_CASE("The query sets the order", "[webserver][listing]")
{
    struct Row {
        const char* query;
        ListingOrder order;
    };
    for (const auto& [query, order] : {
             Row{"", ListingOrder::by_name},
             {"?", ListingOrder::by_name},
             {"?sort=name", ListingOrder::by_name},
             {"?sort=size", ListingOrder::by_size},
             {"?sort=date", ListingOrder::by_date},
             {"sort=size", ListingOrder::by_name},
             {"?sort=", ListingOrder::by_name},
             {"?sort=color", ListingOrder::by_name},
             {"?SORT=SIZE", ListingOrder::by_name},
         }) {
        CAPTURE(query);
        CHECK(listing_order(query) == order);
    }
}

TEST_CASE(
    "Entries are sorted by name, by size with the largest first, or by date with the newest first",
    "[webserver][listing]")
{
    const Scratch scratch;
    constexpr std::time_t changed = 1'780'000'000;
    struct File {
        const char* name;
        std::size_t size;
        std::time_t age;
    };
    for (const auto& [name, size, age] :
         {File{"a", 5, 30}, {"b", 5000, 10}, {"c", 0, 20}, {"d", 5, 30}, {"e", 70'000, 10}}) {
        set_time(scratch.write(name, std::string(size, 'x')), changed - age);
    }
    fs::create_directory(scratch.path() / "old");
    fs::create_directory(scratch.path() / "new");
    set_time(scratch.path() / "old", changed - 100);
    set_time(scratch.path() / "new", changed);

    CHECK(names(page_of(scratch)) == "new/ old/ a b c d e ");
    CHECK(names(page_of(scratch, ListingOrder::by_date)) == "new/ old/ b e c a d ");
    const std::string by_size = names(page_of(scratch, ListingOrder::by_size));
    CHECK(by_size.substr(by_size.size() - 10) == "e b a d c ");
}

TEST_CASE("Sizes are shown with units", "[webserver][listing]")
{
    struct Row {
        std::uint64_t size;
        const char* text;
    };
    for (const auto& [size, text] : {
             Row{0, "0 B"},
             {1, "1 B"},
             {4812, "4.8 kB"},
             {1'500'000'000, "1.5 GB"},
         }) {
        CAPTURE(size);
        const Scratch scratch;
        std::error_code too_large_here; // a sparse file takes no room, but some file systems refuse
        fs::resize_file(scratch.write("file", ""), size, too_large_here);
        if (!too_large_here)
            CHECK_THAT(page_of(scratch), Contains("</a><td>" + std::string(text) + "<td>"));
    }
}

TEST_CASE("Dates are shown in local time, and folders without a size", "[webserver][listing]")
{
    const Scratch scratch;
    constexpr std::time_t time = 1'780'000'000;
    std::tm local{};
    ::localtime_r(&time, &local);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
    set_time(scratch.write("file", ""), time);
    fs::create_directory(scratch.path() / "folder");
    set_time(scratch.path() / "folder", time);
    const std::string page = page_of(scratch);
    CHECK_THAT(page, Contains(">file</a><td>0 B<td>" + std::string(text.data()) + "\n"));
    CHECK_THAT(page, Contains(">folder/</a><td><td>" + std::string(text.data()) + "\n"));
}

TEST_CASE("The column heads are links that sort", "[webserver][listing]")
{
    const Scratch scratch;
    const std::string page = page_of(scratch);
    for (const char* target : {"href=\"./\"", "href=\"?sort=size\"", "href=\"?sort=date\""})
        CHECK_THAT(page, Contains(target));
}

TEST_CASE("Links out of the site, dangling links and special files are not listed",
          "[webserver][listing]")
{
    const Scratch scratch;
    fs::create_symlink("/etc/passwd", scratch.path() / "outside");
    fs::create_symlink("..", scratch.path() / "above");
    fs::create_symlink("nowhere", scratch.path() / "dangling");
    fs::create_symlink("loop", scratch.path() / "loop");
    REQUIRE(::mkfifo((scratch.path() / "fifo").c_str(), 0600) == 0);
    scratch.write("file", "");
    CHECK(names(page_of(scratch)) == "file ");
}

TEST_CASE("Listing a link to a FIFO does not open the FIFO", "[webserver][listing]")
{
    const Scratch scratch;
    const std::string fifo = (scratch.path() / "fifo").string();
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    fs::create_symlink("fifo", scratch.path() / "link");
    std::atomic<bool> has_begun = false;
    std::atomic<bool> has_opened = false;
    std::jthread writer([&] {
        has_begun = true;
        const net::FileDescriptor end(::open(fifo.c_str(), O_WRONLY | O_CLOEXEC));
        has_opened = true;
    });
    while (!has_begun)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(
        std::chrono::milliseconds(20)); // so that the thread is inside the call
    CHECK(names(page_of(scratch)).empty());
    std::this_thread::sleep_for(
        std::chrono::milliseconds(20)); // so that the thread can leave the call
    CHECK_FALSE(has_opened);
    const net::FileDescriptor reader(::open(fifo.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

TEST_CASE("A link within the site is listed with its target's properties", "[webserver][listing]")
{
    const Scratch scratch;
    scratch.write("files/4812", std::string(4812, 'x'));
    fs::create_directory(scratch.path() / "links");
    fs::create_symlink("../files/4812", scratch.path() / "links/file");
    fs::create_symlink("../files", scratch.path() / "links/folder");
    const std::string page = listed(scratch.path(), open_folder(scratch.path() / "links", "links"),
                                    ListingOrder::by_name);
    CHECK(names(page) == "../ folder/ file ");
    CHECK_THAT(page, Contains(">file</a><td>4.8 kB<td>"));
}

TEST_CASE("Repeated listing leaves no descriptor open", "[webserver][listing]")
{
    const Scratch scratch;
    scratch.write("file", "");
    const Folder folder = open_folder(scratch.path());
    const auto open_files = [] {
        return std::distance(fs::directory_iterator("/proc/self/fd"), {});
    };
    const auto before = open_files();
    for (int i = 0; i < 3; ++i)
        CHECK(names(listed(scratch.path(), folder, ListingOrder::by_name)) == "file ");
    CHECK(open_files() == before);
}

TEST_CASE("An unreadable folder gives a failure with the reason", "[webserver][listing]")
{
    const Folder none{net::FileDescriptor(), "gone"};
    const auto page = webserver::listing_page(webserver::Site("/"), none, ListingOrder::by_name);
    CHECK_THAT(std::get<webserver::LookupFailure>(page).reason, Contains("Bad file descriptor"));
}

TEST_CASE("A thousand files are all listed", "[webserver][listing]")
{
    const Scratch scratch;
    for (int i = 0; i < 1000; ++i)
        scratch.write(std::to_string(i), "");
    CHECK(links(page_of(scratch)).size() == 1000);
}

TEST_CASE("A folder that cannot be listed without free descriptors gives 503",
          "[webserver][listing]")
{
    const Scratch scratch;
    const Ending ending = in_child([&scratch] {
        const webserver::Site site(scratch.path());
        http::RequestHead request;
        request.method = "GET";
        request.target = "/";
        webserver::FileCache cache;
        const webserver::ResponseSettings settings;
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(next);
        const rlimit room_for_one{static_cast<rlim_t>(next) + 1, static_cast<rlim_t>(next) + 1};
        ::setrlimit(RLIMIT_NOFILE, &room_for_one);
        std::cout << webserver::answer({{request, settings, {}}, site, cache}).head.status();
        return 0;
    });
    CHECK(ending.out == "503");
    CHECK(ending.err.empty());
}
