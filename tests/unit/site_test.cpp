#include "webserver/site.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "common/error.h"
#include "tests/unit/child.h"
#include "tests/unit/scratch.h"

using webserver::parse_site_path;
using webserver::Site;
namespace fs = std::filesystem;

namespace {

/// What a URL's path leads to, in words: "file: its content", "redirect: where to" or a status.
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
    CHECK_FALSE(std::get<webserver::Missing>(found).reason.empty());
    return std::to_string(std::get<webserver::Missing>(found).status);
}

struct Place {
    Place()
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

} // namespace

TEST_CASE("A URL's path is decoded once, then its dot segments and doubled slashes go",
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
             {"/%c0%ae%c0%ae/a", "\xc0\xae\xc0\xae/a", false}, // no dots, for Linux
         }) {
        CAPTURE(url_path);
        const auto path = parse_site_path(url_path);
        REQUIRE(path);
        CHECK(path->name == name);
        CHECK(path->is_folder == is_folder);
    }
}

TEST_CASE("A path that is wrongly encoded or hides a NUL leads nowhere", "[webserver][site]")
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
    const Place place;
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
             {"/...", "404"}, // begins with a dot
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
    const Place place;
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

TEST_CASE("Names that begin with a dot are hidden, but for .well-known", "[webserver][site]")
{
    const Place place;
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
    const Place place;
    fs::create_symlink("folder", place.root() / "link");
    fs::create_symlink("../page", place.root() / "folder/up");
    const Site site(place.root());
    if (look_up(site, "/link/page") == "404") {
        WARN("skipped: this system has no openat2");
        return;
    }
    CHECK(look_up(site, "/link/page") == "file: inner");
    CHECK(look_up(site, "/link") == "redirect: /link/");
    CHECK(look_up(site, "/folder/up") == "file: page");
}

TEST_CASE("What is neither a file nor a folder is refused and not waited for", "[webserver][site]")
{
    const Place place;
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

TEST_CASE("A file that the server may not read is forbidden", "[webserver][site]")
{
    const Place place;
    const Site site(place.root());
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

TEST_CASE("A file's name, size and time are told", "[webserver][site]")
{
    using namespace std::chrono;
    const Place place;
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
    CHECK(file.modified == time); // whole seconds, as HTTP has them
}

TEST_CASE("Without descriptors a file is there later", "[webserver][site]")
{
    const Place place;
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
    const Place place;
    const std::string root = place.root();
    CHECK_THROWS_WITH(Site(root + "/nothing"),
                      "open the folder " + root + "/nothing: No such file or directory");
    CHECK_THROWS_WITH(Site(root + "/page"), "open the folder " + root + "/page: Not a directory");
    CHECK_THROWS_AS(Site(""), net::Error);
}

TEST_CASE("The site's folder may itself be a link", "[webserver][site]")
{
    const Place place;
    fs::create_symlink("site", place.scratch.path() / "link");
    CHECK(look_up(Site(place.scratch.path() / "link"), "/") == "file: first");
}
