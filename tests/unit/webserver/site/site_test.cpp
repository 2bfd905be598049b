#include "webserver/site/site.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <thread>

#include "common/error.h"
#include "tests/unit/child.h"
#include "tests/unit/scratch.h"

using webserver::parse_site_path;
using webserver::Site;
namespace fs = std::filesystem;

namespace {

/// The result for a URL's path as text: "file: its content", "redirect: its target" or a status.
std::string look_up(const Site& site, std::string_view url_path)
{
    const auto path = parse_site_path(url_path);
    if (!path) return "400";
    webserver::FileCache cache;
    const auto found = site.find(*path, cache);
    if (const auto* file = std::get_if<std::shared_ptr<const webserver::File>>(&found)) {
        CHECK((*file)->size == (*file)->content.size());
        return "file: " + (*file)->content;
    }
    if (std::holds_alternative<webserver::Folder>(found)) return "folder";
    if (const auto* redirect = std::get_if<webserver::Redirect>(&found))
        return "redirect: " + redirect->path;
    CHECK_FALSE(std::get<webserver::LookupFailure>(found).reason.empty());
    return std::to_string(std::get<webserver::LookupFailure>(found).status);
}

struct SitePaths {
    SitePaths()
    {
        scratch.write("secret", "secret");
        scratch.write("site/index.html", "first");
        scratch.write("site/page", "page");
        scratch.write("site/a b\\\xc3\xa4%", "odd name");
        scratch.write("site/%2e%2e/secret", "no secret");
        scratch.write("site/...", "dots");
        scratch.write("site/folder/index.html", "folder's first");
        scratch.write("site/folder/page", "inner");
        scratch.write("site/empty/page", "no index");
        scratch.write("site/odd ?#/index.html", "odd folder");
        scratch.write("site/index-folder/index.html/page", "deep");
        scratch.write("site/.hidden", "hidden");
        scratch.write("site/.git/config", "hidden");
        scratch.write("site/folder/.htpasswd", "hidden");
        scratch.write("site/.well-known/security.txt", "well known");
        scratch.write("site/.well-known/.hidden", "hidden");
        fs::create_symlink("../secret", root() / "out");
        fs::create_symlink("..", root() / "out-folder");
        fs::create_symlink("/etc", root() / "absolute");
        fs::create_symlink("nowhere", root() / "dangling");
        fs::create_symlink("loop", root() / "loop");
        fs::create_directory(root() / "out-index");
        fs::create_symlink("../../secret", root() / "out-index/index.html");
    }
    fs::path root() const { return scratch.path() / "site"; }

    Scratch scratch;
};

/// The content of a file, through a cache; the status when there is no such file.
std::string content_of(const Site& site, const std::string& name, webserver::FileCache& cache)
{
    const auto found = site.open(name, cache);
    if (const auto* file = std::get_if<std::shared_ptr<const webserver::File>>(&found))
        return (*file)->content;
    if (const auto* failure = std::get_if<webserver::LookupFailure>(&found))
        return std::to_string(failure->status);
    return "folder";
}

/// Whether a file's times are old enough for the cache: within a tick of the clock that stamps
/// files, a change would show in none of them.
void let_the_tick_pass()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(120)); // the cases are about that time
}

bool is_kept(const Site& site, const std::string& name, webserver::FileCache& cache)
{
    const auto once = site.open(name, cache);
    const auto again = site.open(name, cache);
    return std::get<std::shared_ptr<const webserver::File>>(once) ==
           std::get<std::shared_ptr<const webserver::File>>(again);
}

} // namespace

TEST_CASE("A path is decoded once, then dot segments and doubled slashes are removed",
          "[webserver][site]")
{
    struct Row {
        std::string_view url_path, name;
        bool is_folder;
    };
    for (const auto& [url_path, name, is_folder] : {
             Row{"/", "", true},
             {"", "", true},
             {"/a", "a", false},
             {"/a/", "a", true},
             {"/a/b.html", "a/b.html", false},
             {"//a///b//", "a/b", true},
             {"/.", "", true},
             {"/a/.", "a", true},
             {"/a/./b", "a/b", false},
             {"/a/..", "", true},
             {"/a/b/..", "a", true},
             {"/a/a/..", "a", true},
             {"/a/../a", "a", false},
             {"/a//../b", "b", false},
             {"/..", "", true},
             {"/../../a", "a", false},
             {"/a/../../../b/", "b", true},
             {"/...", "...", false},
             {"/..a/b..", "..a/b..", false},
             {"/%61%2Fb", "a/b", false},
             {"/a%20b", "a b", false},
             {"/a+b", "a+b", false},
             {"/%2e%2e/a", "a", false},
             {"/%2E%2E%2Fa", "a", false},
             {"/..%2f..%2fa", "a", false},
             {"/.%2e/a", "a", false},
             {"/%252e%252e/a", "%2e%2e/a", false}, // once
             {"/..\\a", "..\\a", false},
             {"/..%5ca", "..\\a", false},
             {"/%C3%A4", "\xc3\xa4", false},
             {"/\xc3\xa4", "\xc3\xa4", false},
             {"/%c0%ae%c0%ae/a", "\xc0\xae\xc0\xae/a", false}, // Linux does not take this for dots
         }) {
        CAPTURE(url_path);
        const auto path = parse_site_path(url_path);
        REQUIRE(path);
        CHECK(path->name == name);
        CHECK(path->is_folder == is_folder);
    }
}

TEST_CASE("A path with malformed encoding or a NUL is invalid", "[webserver][site]")
{
    using namespace std::string_view_literals;
    for (const std::string_view url_path : {"/%"sv, "/%4"sv, "/a%zz"sv, "/%%41"sv, "/a%00.html"sv,
                                            "/%00"sv, "/a\0b"sv, "/../%00/.."sv}) {
        CAPTURE(url_path);
        CHECK_FALSE(parse_site_path(url_path));
    }
}

TEST_CASE("A path leads to a file, a folder's index.html, a redirect or nothing",
          "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    struct Row {
        std::string url_path, found;
    };
    for (const auto& [url_path, found] : {
             Row{"/", "file: first"},
             {"/index.html", "file: first"},
             {"/page", "file: page"},
             {"//page", "file: page"},
             {"/page/", "404"},
             {"/page/page", "404"},
             {"/Page", "404"},
             {"/nothing", "404"},
             {"/nothing/", "404"},
             {"/a%20b%5C%C3%A4%25", "file: odd name"},
             {"/...", "404"}, // begins with a dot: hidden
             {"/folder/", "file: folder's first"},
             {"/folder/page", "file: inner"},
             {"/folder", "redirect: /folder/"},
             {"//folder", "redirect: /folder/"}, // not to a host of that name
             {"/folder/../folder", "redirect: /folder/"},
             {"/odd%20%3F%23", "redirect: /odd%20%3F%23/"},
             {"/odd%20%3F%23/", "file: odd folder"},
             {"/empty/", "folder"},
             {"/empty", "redirect: /empty/"},
             {"/index-folder/", "folder"},
             {"/" + std::string(255, 'a'), "404"},
             {"/" + std::string(256, 'a'), "404"},
             {"/" + std::string(8000, 'a'), "404"},
         }) {
        CAPTURE(url_path);
        CHECK(look_up(site, url_path) == found);
    }
}

TEST_CASE("Nothing outside the site is reachable", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    for (const char* url_path : {"/../secret",
                                 "/folder/../../secret",
                                 "/%2e%2e/secret",
                                 "/%2e%2e%2fsecret",
                                 "/..%2fsecret",
                                 "/.%2e/secret",
                                 "/..%5csecret",
                                 "/..\\secret",
                                 "/%5c..%5csecret",
                                 "//../secret",
                                 "/./../secret",
                                 "/%c0%ae%c0%ae/secret",
                                 "/%%32%65%%32%65/secret",
                                 "/..;/secret",
                                 "/out",
                                 "/out-folder",
                                 "/out-folder/",
                                 "/out-folder/secret",
                                 "/absolute/passwd",
                                 "/absolute/",
                                 "/etc/passwd",
                                 "//etc/passwd",
                                 "/%2fetc/passwd",
                                 "/dangling",
                                 "/loop",
                                 "/loop/",
                                 "/out-index/"}) {
        CAPTURE(url_path);
        const std::string found = look_up(site, url_path);
        CHECK((found == "404" || found == "400" || found == "folder"));
    }
    CHECK(look_up(site, "/%252e%252e/secret") == "file: no secret"); // a folder named %2e%2e
}

TEST_CASE("Names that begin with a dot are hidden, except .well-known", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    for (const char* url_path :
         {"/.hidden", "/%2ehidden", "/.git", "/.git/", "/.git/config", "/folder/.htpasswd",
          "/.well-known/.hidden", "/.well-known.", "/nothing/../.hidden"}) {
        CAPTURE(url_path);
        CHECK(look_up(site, url_path) == "404");
    }
    CHECK(look_up(site, "/.well-known/security.txt") == "file: well known");
    CHECK(look_up(site, "/.well-known") == "redirect: /.well-known/");
}

TEST_CASE("Links inside the site are followed", "[webserver][site]")
{
    const SitePaths place;
    fs::create_symlink("folder", place.root() / "link");
    fs::create_symlink("../page", place.root() / "folder/up");
    const Site site(place.root());
    CHECK(look_up(site, "/link/page") == "file: inner");
    CHECK(look_up(site, "/link") == "redirect: /link/");
    CHECK(look_up(site, "/folder/up") == "file: page");
}

TEST_CASE("A path to neither a file nor a folder is refused without blocking", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    const auto in_time = [&site](const char* url_path) {
        return in_child([&] {
                   std::cout << look_up(site, url_path);
                   return 0;
               })
            .out;
    };
    SECTION("a FIFO")
    {
        REQUIRE(::mkfifo((place.root() / "fifo").c_str(), 0644) == 0);
        CHECK(in_time("/fifo") == "403");
        CHECK(in_time("/fifo/") == "403");
        fs::rename(place.root() / "fifo", place.root() / "empty/index.html");
        CHECK(in_time("/empty/") == "403");
    }
    SECTION("a device")
    {
        if (::mknod((place.root() / "zero").c_str(), S_IFCHR | 0644, makedev(1, 5)) == -1) {
            WARN("skipped: making a device needs root");
            return;
        }
        CHECK(in_time("/zero") == "403");
    }
    SECTION("a socket")
    {
        const net::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (place.root() / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
        CHECK(in_time("/socket") == "403");
    }
}

TEST_CASE("A file without read permission gives 403", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root(), {.keep_open = true});
    fs::permissions(place.root() / "page", fs::perms::none);
    fs::permissions(place.root() / "folder", fs::perms::none);
    const Ending ending = in_child([&] {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setuid(nobody) == -1) return 1; // root may read everything
        for (const char* url_path : {"/page", "/folder/page", "/folder/", "/index.html"})
            std::cout << look_up(site, url_path) << "\n";
        return 0;
    });
    fs::permissions(place.root() / "folder", fs::perms::owner_all);
    CHECK(ending.out == "403\n403\n403\nfile: first\n");
}

TEST_CASE("A found file has its name, size and time", "[webserver][site]")
{
    using namespace std::chrono;
    const SitePaths place;
    const sys_seconds time = sys_days(2001y / February / 3) + 4h;
    const timespec stamp{time.time_since_epoch().count(), 999'999'999};
    const std::array<timespec, 2> times{stamp, stamp};
    REQUIRE(::utimensat(AT_FDCWD, (place.root() / "folder/index.html").c_str(), times.data(), 0) ==
            0);

    const Site site(place.root());
    webserver::FileCache cache;
    const auto found = site.find({.name = "folder", .is_folder = true}, cache);
    REQUIRE(std::holds_alternative<std::shared_ptr<const webserver::File>>(found));
    const auto& file = *std::get<std::shared_ptr<const webserver::File>>(found);
    CHECK(file.name == "folder/index.html"); // the type follows from it
    CHECK(file.size == 14);
    CHECK(file.modified == time); // whole seconds, as in HTTP
}

TEST_CASE("Without free descriptors the status is 503", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    const Ending ending = in_child([&] {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_NOFILE, &none);
        std::cout << look_up(site, "/page");
        return 0;
    });
    CHECK(ending.out == "503");
}

TEST_CASE("A site needs a folder", "[webserver][site]")
{
    const SitePaths place;
    const std::string root = place.root();
    CHECK_THROWS_WITH(Site(root + "/nothing"),
                      "open the folder " + root + "/nothing: No such file or directory");
    CHECK_THROWS_WITH(Site(root + "/page"), "open the folder " + root + "/page: Not a directory");
    CHECK_THROWS_AS(Site(""), net::Error);
}

TEST_CASE("The site's folder may itself be a link", "[webserver][site]")
{
    const SitePaths place;
    fs::create_symlink("site", place.scratch.path() / "link");
    CHECK(look_up(Site(place.scratch.path() / "link"), "/") == "file: first");
}

TEST_CASE("An unchanged small file is read once, and a large file is not cached",
          "[webserver][site]")
{
    const SitePaths place;
    place.scratch.write("site/limit", std::string(webserver::small_file, 'x'));
    place.scratch.write("site/large", std::string(webserver::small_file + 1, 'x'));
    const Site site(place.root());
    webserver::FileCache cache;
    let_the_tick_pass();
    CHECK(is_kept(site, "page", cache));
    CHECK(is_kept(site, "limit", cache));
    CHECK_FALSE(is_kept(site, "large", cache));
    const auto found = site.open("large", cache);
    const auto& large = *std::get<std::shared_ptr<const webserver::File>>(found);
    CHECK(large.content.empty());
    CHECK(large.descriptor);
    CHECK(large.size == webserver::small_file + 1);
    const auto small = site.open("limit", cache);
    CHECK_FALSE(std::get<std::shared_ptr<const webserver::File>>(small)->descriptor);
}

TEST_CASE("Every change to a cached file is seen at the next request", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    webserver::FileCache cache;
    const fs::path page = place.root() / "page";
    let_the_tick_pass();
    REQUIRE(is_kept(site, "page", cache));
    REQUIRE(content_of(site, "page", cache) == "page");

    SECTION("other content of the same length")
    {
        place.scratch.write("site/page", "PAGE");
        CHECK(content_of(site, "page", cache) == "PAGE");
    }
    SECTION("other content of another length")
    {
        place.scratch.write("site/page", "longer page");
        CHECK(content_of(site, "page", cache) == "longer page");
        fs::resize_file(page, 0);
        CHECK(content_of(site, "page", cache).empty());
    }
    SECTION("other content, and its old time set again")
    {
        const auto time = fs::last_write_time(page);
        place.scratch.write("site/page", "PAGE");
        fs::last_write_time(page, time);
        CHECK(content_of(site, "page", cache) == "PAGE");
    }
    SECTION("another file moved to its place, of the same size and time")
    {
        place.scratch.write("site/other", "PAGE");
        fs::last_write_time(place.root() / "other", fs::last_write_time(page));
        fs::rename(place.root() / "other", page);
        CHECK(content_of(site, "page", cache) == "PAGE");
    }
    SECTION("a link in its place, to elsewhere in the site and then out of it")
    {
        fs::remove(page);
        fs::create_symlink("index.html", page);
        if (const std::string content = content_of(site, "page", cache); content != "404")
            CHECK(content == "first"); // otherwise this system has no openat2
        fs::remove(page);
        fs::create_symlink("../secret", page);
        CHECK(content_of(site, "page", cache) == "404");
    }
    SECTION("its end")
    {
        fs::remove(page);
        CHECK(content_of(site, "page", cache) == "404");
        place.scratch.write("site/page", "back");
        CHECK(content_of(site, "page", cache) == "back");
    }
    SECTION("a folder in its place")
    {
        fs::remove(page);
        fs::create_directory(page);
        CHECK(content_of(site, "page", cache) == "folder");
    }
    SECTION("the end of its permission, or of its folder's")
    {
        REQUIRE(content_of(site, "folder/page", cache) == "inner");
        fs::permissions(page, fs::perms::none);
        fs::permissions(place.root() / "folder", fs::perms::none);
        const Ending ending = in_child([&] {
            constexpr uid_t nobody = 65534;
            if (::geteuid() == 0 && ::setuid(nobody) == -1) return 1; // root may read everything
            std::cout << content_of(site, "page", cache) << " "
                      << content_of(site, "folder/page", cache);
            return 0;
        });
        fs::permissions(place.root() / "folder", fs::perms::owner_all);
        CHECK(ending.out == "403 403");
    }
}

TEST_CASE("A change within the clock tick of the read is seen", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    webserver::FileCache cache;
    const net::FileDescriptor page(::open((place.root() / "page").c_str(), O_WRONLY | O_CLOEXEC));
    for (int i = 1000; i < 6000; ++i) {                // many changes within a tick
        const std::string content = std::to_string(i); // all of the same length
        REQUIRE(::pwrite(page.get(), content.data(), content.size(), 0) == 4);
        REQUIRE(content_of(site, "page", cache) == content);
    }
}

TEST_CASE("A found file stays valid while a pointer to it exists", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    std::variant<std::shared_ptr<const webserver::File>, webserver::Folder,
                 webserver::LookupFailure>
        found;
    {
        webserver::FileCache cache;
        let_the_tick_pass();
        REQUIRE(is_kept(site, "page", cache));
        found = site.open("page", cache);
        place.scratch.write("site/page", "changed");
        CHECK(content_of(site, "page", cache) == "changed");
    }
    CHECK(std::get<std::shared_ptr<const webserver::File>>(found)->content == "page");
}

TEST_CASE("The cache is bounded, and its files keep their own content", "[webserver][site]")
{
    const SitePaths place;
    constexpr int many = 600;
    for (int i = 0; i < many; ++i)
        place.scratch.write("site/many/" + std::to_string(i), "file " + std::to_string(i));
    const Site site(place.root());
    webserver::FileCache cache;
    let_the_tick_pass();
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < many; ++i)
            REQUIRE(content_of(site, "many/" + std::to_string(i), cache) ==
                    "file " + std::to_string(i));
}

TEST_CASE("The cache gives no access to files outside the site", "[webserver][site]")
{
    const SitePaths place;
    const Site site(place.root());
    webserver::FileCache cache;
    let_the_tick_pass();
    REQUIRE(is_kept(site, "page", cache));
    for (const char* name : {"../secret", "../site/page", "out", "absolute/passwd"}) {
        CAPTURE(name);
        CHECK(content_of(site, name, cache) == "404");
    }
}

TEST_CASE("The next request sees what has the site's name now", "[webserver][site]")
{
    const SitePaths place;
    const fs::path name = place.scratch.path() / "current";
    place.scratch.write("next/page", "next");
    fs::create_symlink("site", name);
    const Site site(name);
    webserver::FileCache cache;
    CHECK(content_of(site, "page", cache) == "page");
    fs::remove(name);
    CHECK(content_of(site, "page", cache) == "404");
    fs::create_symlink("next", name);
    CHECK(content_of(site, "page", cache) == "next");
    fs::remove(name);
    fs::create_directory(name);
    place.scratch.write("current/page", "made anew");
    CHECK(content_of(site, "page", cache) == "made anew");
}

TEST_CASE("A relative name is that of the start", "[webserver][site]")
{
    const SitePaths place;
    const Ending ending = in_child([&place] {
        fs::current_path(place.scratch.path());
        const Site site("site");
        fs::current_path("/");
        std::cout << look_up(site, "/page");
        return 0;
    });
    CHECK(ending.out == "file: page");
}

TEST_CASE("Options widen what is found", "[webserver][site]")
{
    const SitePaths place;
    place.scratch.write("site/about.html", "about");
    place.scratch.write("site/empty/main.htm", "main");
    struct Row {
        webserver::SiteOptions options;
        std::string path, found;
    };
    const webserver::SiteOptions usual;
    for (const auto& [options, path, found] : {
             Row{usual, "/about", "404"},
             {{.clean_urls = true}, "/about", "file: about"},
             {{.clean_urls = true}, "/about/", "404"},
             {{.clean_urls = true}, "/folder", "redirect: /folder/"},
             {usual, "/empty/", "folder"},
             {{.indexes = {"index.html", "main.htm"}}, "/empty/", "file: main"},
             {{.indexes = {"main.htm"}}, "/", "folder"},
             {usual, "/.git/config", "404"},
             {{.show_hidden = true}, "/.git/config", "file: hidden"},
             {usual, "/out", "404"},
             {{.follow_links = true}, "/out", "file: secret"},
             {{.follow_links = true}, "/out-folder/secret", "file: secret"},
         }) {
        CAPTURE(path, found);
        CHECK(look_up(Site(place.root(), options), path) == found);
    }
}

TEST_CASE("The same file has the same entity tag on every server", "[webserver][site]")
{
    const SitePaths place;
    place.scratch.write("copy/page", "page");
    const auto time = fs::last_write_time(place.root() / "page");
    fs::last_write_time(place.scratch.path() / "copy/page", time);
    const auto tag_of = [](const Site& site) {
        webserver::FileCache cache;
        const auto found = site.open("page", cache);
        return std::get<std::shared_ptr<const webserver::File>>(found)->etag;
    };
    const std::string tag = tag_of(Site(place.root()));
    CHECK(tag_of(Site(place.scratch.path() / "copy")) == tag);
    fs::last_write_time(place.root() / "page", time + std::chrono::milliseconds(1));
    CHECK(tag_of(Site(place.root())) != tag);
}

TEST_CASE("A folder that can be passed but not read shows its files, not its list",
          "[webserver][site]")
{
    const SitePaths place;
    for (const auto& folder : {place.root(), place.root() / "folder", place.root() / "empty"})
        fs::permissions(folder,
                        fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec);
    fs::permissions(place.scratch.path(), fs::perms::all);
    const Ending ending = in_child([&place] {
        const Site site(place.root());
        if (::geteuid() == 0 && ::setuid(65534) == -1) return 1;
        for (const char* path : {"/page", "/folder", "/folder/", "/empty/"})
            std::cout << look_up(site, path) << "\n";
        return 0;
    });
    for (const auto& folder : {place.root(), place.root() / "folder", place.root() / "empty"})
        fs::permissions(folder, fs::perms::owner_all);
    CHECK(ending.out == "file: page\nredirect: /folder/\nfile: folder's first\nfolder\n");
}
