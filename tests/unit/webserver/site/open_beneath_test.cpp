#include "webserver/site/open_beneath.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "tests/unit/child.h"
#include "tests/unit/scratch.h"

using webserver::Access;
namespace fs = std::filesystem;

namespace {

/// A folder "site" with a secret beside it and links to everywhere.
struct LinkedFolder {
    LinkedFolder()
    {
        scratch.write("secret", "secret");
        scratch.write("site-secret", "secret"); // its name begins with the site's
        scratch.write("site/page", "page");
        scratch.write("site/folder/page", "inner page");
        link("page", "link");
        link("folder", "folder-link");
        link("../page", "folder/link-up");
        link("link", "link-to-link");
        link("../secret", "out");
        link("..", "out-folder");
        link("../site/page", "out-and-in");
        link(scratch.path() / "site/page", "absolute");
        link(scratch.path() / "site/folder", "absolute-folder");
        link("../site", "site-itself");
        link("/", "root");
        link("../..", "folder/out-folder");
        link("/proc/self/root", "magic");
        link("nowhere", "dangling");
        link("loop", "loop");
        link("b", "a");
        link("a", "b");
        folder = net::FileDescriptor(
            ::open((scratch.path() / "site").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        REQUIRE(folder);
    }
    void link(const fs::path& to, const fs::path& name) const
    {
        fs::create_symlink(to, scratch.path() / "site" / name);
    }

    Scratch scratch;
    net::FileDescriptor folder;
};

/// A name that no file can have, and a path that is too long as a whole.
const std::string long_name(256, 'a');
const std::string long_path = [] {
    std::string path = "page";
    while (path.size() < 5000)
        path.insert(0, "./");
    return path;
}();

} // namespace

TEST_CASE("Files and folders below the folder are opened for reading", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    CHECK(read_all(open(place.folder, "page", Access::reading)) == "page");
    CHECK(read_all(open(place.folder, "folder/page", Access::reading)) == "inner page");
    CHECK(read_all(open(place.folder, "folder//page", Access::reading)) == "inner page");
    CHECK(read_all(open(place.folder, "./folder/./page", Access::reading)) == "inner page");
    for (const char* path : {".", "folder", "folder/", "folder/."}) {
        CAPTURE(path);
        const net::FileDescriptor folder = open(place.folder, path, Access::reading);
        struct stat status {};
        REQUIRE(::fstat(folder.get(), &status) == 0);
        CHECK(S_ISDIR(status.st_mode));
    }
    CHECK(::write(open(place.folder, "page", Access::reading).get(), "x", 1) == -1);
    CHECK((::fcntl(open(place.folder, "page", Access::reading).get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("Links that end inside are followed, whatever their form", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    for (const char* path : {"link", "link-to-link", "folder/link-up", "folder-link/page",
                             "out-and-in", "absolute", "absolute-folder/page"}) {
        CAPTURE(path);
        CHECK_THAT(read_all(open(place.folder, path, Access::reading)), EndsWith("page"));
        struct stat status {};
        CHECK(::fstat(open(place.folder, path, Access::status).get(), &status) == 0);
        CHECK(S_ISREG(status.st_mode));
    }
    const auto whole = open(place.folder, "site-itself", Access::status);
    CHECK(read_all(open(whole, "page", Access::reading)) == "page");
}

TEST_CASE("A link that leads out tells nothing of what is there", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    const std::string name = GENERATE("secret", "locked/in", "nothing");
    fs::create_directory(place.scratch.path() / "locked");
    fs::permissions(place.scratch.path() / "locked", fs::perms::none);
    const Ending ending = in_child([&] {
        if (::geteuid() == 0 && ::setuid(65534) == -1) return 2;
        const auto file = open(place.folder, "out-folder/" + name, Access::status);
        return !file && errno == EXDEV ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("No path or link opens a file outside the folder", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    const std::string folder = place.scratch.path();
    for (const std::string& path : {
             std::string(".."),
             std::string("../secret"),
             std::string("../site/page"),
             std::string("../site-secret"),
             std::string("folder/../../secret"),
             std::string("folder/../../site/page"),
             std::string("./../secret"),
             std::string("folder//../..//secret"),
             std::string("../../../../../../../../etc/passwd"),
             std::string("/etc/passwd"),
             std::string("//etc/passwd"),
             std::string("/"),
             folder + "/site/page",
         }) {
        CAPTURE(path);
        errno = 0;
        CHECK_FALSE(open(place.folder, path, Access::reading));
        CHECK(errno == EXDEV);
    }
    for (const std::string path :
         {"out", "out-folder", "out-folder/secret", "root", "root/etc/passwd", "folder/out-folder",
          "folder/out-folder/secret", "magic", "magic/etc/passwd"}) {
        CAPTURE(path);
        errno = 0;
        CHECK_FALSE(open(place.folder, path, Access::reading));
        CHECK((errno == EXDEV || errno == ELOOP || errno == ENOTDIR));
        CHECK((open != &webserver::open_beneath || errno == EXDEV));
    }
}

TEST_CASE("A missing path is not opened, and errno has the cause", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    struct Row {
        std::string path;
        int cause;
    };
    for (const auto& [path, cause] : {
             Row{"nothing", ENOENT},
             {"nothing/page", ENOENT},
             {"page/", ENOTDIR},
             {"page/page", ENOTDIR},
             {"page/.", ENOTDIR},
             {"folder\\page", ENOENT}, // a backslash is an ordinary character
             {"..\\secret", ENOENT},
             {"%2e%2e", ENOENT}, // nothing is decoded here
             {"...", ENOENT},
             {"PAGE", ENOENT},
             {"loop", ELOOP},
             {"a", ELOOP},
             {long_name, ENAMETOOLONG},
             {"folder/" + long_name + "/page", ENAMETOOLONG},
         }) {
        CAPTURE(path);
        errno = 0;
        CHECK_FALSE(open(place.folder, path, Access::reading));
        CHECK(errno == cause);
    }
    CHECK_FALSE(open(place.folder, "", Access::reading));
    CHECK_FALSE(open(place.folder, "dangling", Access::reading));
    CHECK_FALSE(webserver::open_beneath(place.folder, long_path, Access::reading));
}

TEST_CASE("Opening a FIFO does not block", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    REQUIRE(::mkfifo((place.scratch.path() / "site/fifo").c_str(), 0644) == 0);
    const Ending ending = in_child([&] {
        return open(place.folder, "fifo", Access::reading) ? 0 : 1;
    }); // in_child() has a time-out
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A folder concurrently replaced by a link does not lead outside", "[webserver][beneath]")
{
    const auto open = GENERATE(webserver::open_beneath, webserver::open_beneath_portably);
    const LinkedFolder place;
    const auto swapped = place.scratch.path() / "site/swapped";
    place.scratch.write("page", "secret");
    const std::jthread swapper([&](const std::stop_token& stop) {
        std::error_code ignored;
        while (!stop.stop_requested()) {
            fs::create_directory(swapped, ignored);
            fs::remove(swapped, ignored);
            fs::create_symlink("..", swapped, ignored);
            fs::remove(swapped, ignored);
            fs::create_symlink("folder", swapped, ignored);
            fs::remove(swapped, ignored);
        }
    });
    int leaks = 0;
    for (int i = 0; i < 5000; ++i)
        if (const auto file = open(place.folder, "swapped/page", Access::reading))
            if (read_all(file) != "inner page") ++leaks;
    CHECK(leaks == 0);
}
