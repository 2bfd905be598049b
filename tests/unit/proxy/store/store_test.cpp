#include "proxy/store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/unit/cached.h"
#include "tests/unit/scratch.h"

using cached::Lines;
using cached::now;
using proxy::Store;
using proxy::StoreFolder;
using proxy::StoreLimits;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Sample {
    std::string url = "http://a.example/";
    std::string body = "body";
    std::string fields = "Cache-Control: max-age=60\n";
    std::string request{};
};

bool keep(Store& store, const Sample& sample, std::optional<std::uint32_t> generation = {},
          std::chrono::sys_seconds requested = now)
{
    const Lines response(sample.fields);
    const Lines request(sample.request);
    const auto body = store.begin();
    body->append(sample.body);
    body->end(true);
    const auto variant = proxy::variant_of(response.fields(), request.fields());
    return store.keep({.url = sample.url,
                       .variant = variant,
                       .times = {requested, requested, generation},
                       .status = 200,
                       .reason = "OK",
                       .fields = response.fields()},
                      *body) != nullptr;
}

/// The body that a request gets; "-" for none.
std::string found(Store& store, const std::string& url, const std::string& request = "")
{
    const auto response = store.find(url, Lines(request).fields()).response;
    if (!response) return "-";
    std::string bytes(response->body->size(), '\0');
    for (std::size_t at = 0; at < bytes.size();)
        at += response->body->read(at, std::span(bytes).subspan(at));
    CHECK(response->head->meta().body_size == bytes.size());
    return bytes;
}

std::vector<fs::path> files_below(const fs::path& folder, const std::string& extension)
{
    std::vector<fs::path> files;
    for (const auto& file : fs::recursive_directory_iterator(folder))
        if (file.path().extension() == extension) files.push_back(file.path());
    return files;
}

} // namespace

TEST_CASE("Stored responses are found, in memory and on disk", "[proxy][store]")
{
    const Scratch scratch;
    const bool on_disk = GENERATE(true, false);
    Store store(on_disk ? scratch.path() / "cache" : fs::path(), StoreLimits());
    CHECK(found(store, "http://a.example/") == "-");
    REQUIRE(keep(store, {}));
    CHECK(found(store, "http://a.example/") == "body");
    CHECK(found(store, "http://a.example/b") == "-");
    REQUIRE(keep(store, {.body = "another"}));
    CHECK(found(store, "http://a.example/") == "another");
    REQUIRE(keep(store, {.url = "http://a.example/empty", .body = ""}));
    CHECK(found(store, "http://a.example/empty").empty());
    const std::string large(300'000, 'x');
    REQUIRE(keep(store, {.url = "http://a.example/large", .body = large}));
    CHECK(found(store, "http://a.example/large") == large);
    CHECK(store.count() == 3);
    CHECK(store.remove("http://a.example/") == 1);
    CHECK(found(store, "http://a.example/") == "-");
    CHECK(store.remove("http://a.example/") == 0);
    CHECK(store.count() == 2);
    CHECK(files_below(scratch.path(), ".body").size() == (on_disk ? 2 : 0));
}

TEST_CASE("A response requested before a removal is not stored after it", "[proxy][store]")
{
    Store store("", StoreLimits());
    const auto before = store.generation("http://a.example/");
    store.remove("http://a.example/");
    CHECK_FALSE(keep(store, {}, before));
    CHECK(found(store, "http://a.example/") == "-");
    CHECK(keep(store, {}, store.generation("http://a.example/")));
    CHECK(keep(store, {.url = "http://a.example/b"}, store.generation("http://a.example/b")));
}

TEST_CASE("A response requested earlier does not replace one requested later", "[proxy][store]")
{
    const Scratch scratch;
    const bool on_disk = GENERATE(true, false);
    Store store(on_disk ? scratch.path() / "cache" : fs::path(), StoreLimits());
    const auto today = http::now();
    REQUIRE(keep(store, {.body = "later"}, {}, today));
    CHECK_FALSE(keep(store, {.body = "earlier"}, {}, today - 5s));
    CHECK(found(store, "http://a.example/") == "later");
    CHECK(keep(store, {.body = "another"}, {}, today));
    CHECK(found(store, "http://a.example/") == "another");
    REQUIRE(keep(store, {.body = "from the future"}, {}, today + 1h));
    CHECK(keep(store, {.body = "from now on"}, {}, today)); // the clock was set back
    CHECK(found(store, "http://a.example/") == "from now on");
}

TEST_CASE("Variants are distinguished, and purged together", "[proxy][store]")
{
    const Scratch scratch;
    Store store(scratch.path() / "cache", StoreLimits());
    const std::string fields = "Vary: Foo\n";
    REQUIRE(keep(store, {.body = "one", .fields = fields, .request = "Foo: 1\n"}));
    REQUIRE(keep(store, {.body = "two", .fields = fields, .request = "Foo: 2\n"}));
    CHECK(found(store, "http://a.example/", "Foo: 1\n") == "one");
    CHECK(found(store, "http://a.example/", "Foo: 2\n") == "two");
    CHECK(found(store, "http://a.example/", "") == "-");
    CHECK(store.find("http://a.example/", {}).has_other_variants);
    CHECK_FALSE(store.find("http://a.example/b", {}).has_other_variants);
    CHECK(store.remove("http://a.example/") == 2);
    CHECK(store.count() == 0);
}

TEST_CASE("The number of variants of a URL is limited", "[proxy][store]")
{
    const Scratch scratch;
    Store store(scratch.path() / "cache", StoreLimits());
    for (int i = 0; i < 100; ++i)
        REQUIRE(
            keep(store, {.fields = "Vary: Foo\n", .request = "Foo: " + std::to_string(i) + "\n"}));
    CHECK(store.count() == 64);
    CHECK(found(store, "http://a.example/", "Foo: 99\n") == "body");
    CHECK(found(store, "http://a.example/", "Foo: 0\n") == "-");
}

TEST_CASE("After a restart only complete entries are found", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    const std::string large(300'000, 'x');
    {
        Store store(folder, StoreLimits());
        for (const std::string name : {"a", "b", "c", "d", "e", "f"})
            REQUIRE(keep(store, {.url = "http://a.example/" + name, .body = name + large}));
    }
    const StoreFolder files(folder);
    const auto head = [&files](const std::string& name) {
        return files.read_head(proxy::key_of("http://a.example/" + name, {}));
    };
    fs::remove(files.body_path(*head("a")));                              // half an entry
    fs::remove(files.head_path(proxy::key_of("http://a.example/b", {}))); // the other half
    fs::resize_file(files.body_path(*head("c")), 1000);                   // cut off
    std::ofstream(files.body_path(*head("d")), std::ios::in) << "D";      // changed
    std::ofstream(files.head_path(proxy::key_of("http://a.example/e", {})), std::ios::app) << "x";

    Store store(folder, StoreLimits());
    for (const std::string name : {"a", "b", "c", "d", "e"}) {
        CAPTURE(name);
        CHECK(found(store, "http://a.example/" + name) == "-");
    }
    CHECK(found(store, "http://a.example/f") == "f" + large);
    CHECK(store.count() == 1);
    CHECK(files_below(folder, ".head").size() == 1);
}

TEST_CASE("An entry in another entry's file is invalid", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    {
        Store store(folder, StoreLimits());
        REQUIRE(keep(store, {.url = "http://a.example/mine"}));
        REQUIRE(keep(store, {.url = "http://a.example/yours"}));
    }
    const StoreFolder files(folder);
    const auto mine = proxy::key_of("http://a.example/mine", {});
    const auto yours = proxy::key_of("http://a.example/yours", {});
    fs::copy_file(files.head_path(yours), files.head_path(mine),
                  fs::copy_options::overwrite_existing);
    Store store(folder, StoreLimits());
    CHECK(found(store, "http://a.example/mine") == "-");
    CHECK(found(store, "http://a.example/yours") == "body");
}

TEST_CASE("Files left by a killed process are removed after ten minutes", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    const StoreFolder files(folder);
    fs::create_directory(folder / "ab");
    const auto left = folder / "ab" /
                      ("ab" + std::string(14, '0') + "-" + std::string(16, '0') + "-" +
                       std::string(16, '0') + ".body");
    const auto aside = folder / "ab" / ".aside-1";
    for (const auto& file : {left, aside})
        std::ofstream(file) << "x";
    CHECK(files.scan().empty());
    CHECK(fs::exists(left)); // a writer may be about to write its head
    for (const auto& file : {left, aside})
        fs::last_write_time(file, fs::file_time_type::clock::now() - 1h);
    CHECK(files.scan().empty());
    CHECK_FALSE(fs::exists(left));
    CHECK_FALSE(fs::exists(aside));
}

TEST_CASE("A user's own files in the folder are left alone", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    const fs::path elsewhere = scratch.path() / "elsewhere";
    const StoreFolder files(folder);
    const std::string entry = std::string(16, '0') + "-" + std::string(16, '0');
    const std::string body = entry + "-" + std::string(16, '0') + ".body";
    const std::vector<fs::path> own = {folder / "thesis.txt",
                                       folder / "photos" / "me.jpg",
                                       folder / "photos" / body,
                                       folder / "ab" / "notes.txt",
                                       folder / "ab" / ".aside-notes",
                                       folder / "ab" / body, // not in its entry's subfolder
                                       folder / "ab" / (entry + ".head"),
                                       folder / "AB" / body,
                                       elsewhere / body,
                                       elsewhere / ".aside-1"};
    for (const auto& file : own) {
        fs::create_directories(file.parent_path());
        std::ofstream(file) << "x";
    }
    fs::create_directories(folder / "empty");
    fs::create_directories(folder / "00" / body);
    fs::create_directory_symlink(elsewhere, folder / "cd");
    std::ofstream(folder / ".aside-1") << "x";
    for (const auto& file : fs::recursive_directory_iterator(scratch.path()))
        fs::last_write_time(file, fs::file_time_type::clock::now() - 1h);
    CHECK(files.scan().empty());
    for (const auto& file : own) {
        CAPTURE(file);
        CHECK(fs::exists(file));
    }
    CHECK(fs::exists(folder / "empty"));
    CHECK(fs::exists(folder / "00" / body));
    CHECK_FALSE(fs::exists(folder / ".aside-1"));
}

TEST_CASE("A FIFO in place of an entry's file does not block", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    const bool is_body = GENERATE(true, false);
    {
        Store store(folder, StoreLimits());
        REQUIRE(keep(store, {}));
    }
    const StoreFolder files(folder);
    const auto key = proxy::key_of("http://a.example/", {});
    const auto place = is_body ? files.body_path(*files.read_head(key)) : files.head_path(key);
    Store store(folder, StoreLimits()); // its index has the entry
    fs::remove(place);
    REQUIRE(::mkfifo(place.c_str(), 0600) == 0);
    CHECK(found(store, "http://a.example/") == "-");
    CHECK(store.count() == 0);
}

TEST_CASE("A folder that another user could have filled is refused", "[proxy][store]")
{
    const Scratch scratch;
    const auto folder = scratch.path() / "cache";
    CHECK_NOTHROW(StoreFolder(folder));
    CHECK((fs::status(folder).permissions() & fs::perms::all) == fs::perms::owner_all);
    const std::vector<std::pair<unsigned, std::string>> modes = {
        {0700, ""}, {0755, ""}, {0770, "go-w"}, {0702, "go-w"}, {01777, "go-w"}, {02775, "go-w"}};
    for (const auto& [mode, remedy] : modes) {
        CAPTURE(mode);
        fs::permissions(folder, fs::perms(mode));
        if (remedy.empty())
            CHECK_NOTHROW(StoreFolder(folder));
        else
            CHECK_THROWS_WITH(StoreFolder(folder), Contains("chmod " + remedy));
    }
    constexpr uid_t nobody = 65534;
    fs::permissions(folder, fs::perms(0700));
    if (::chown(folder.c_str(), nobody, nobody) == -1) return; // only root can
    CHECK_THROWS_WITH(StoreFolder(folder), Contains("another user"));
}

TEST_CASE("Links and other users' files are not served", "[proxy][store]")
{
    const Scratch scratch;
    const auto folder = scratch.path() / "cache";
    const std::string extension = GENERATE(".head", ".body");
    const std::string change = GENERATE("link", "mode", "owner");
    CAPTURE(extension, change);
    {
        Store store(folder, StoreLimits());
        REQUIRE(keep(store, {}));
    }
    const auto file = files_below(folder, extension).front();
    if (change == "link") {
        fs::rename(file, scratch.path() / "elsewhere");
        fs::create_symlink(scratch.path() / "elsewhere", file);
    } else if (change == "mode") {
        fs::permissions(file, fs::perms(0666));
    } else if (::chown(file.c_str(), 65534, 65534) == -1) {
        return; // only root can
    }
    Store store(folder, StoreLimits());
    CHECK(found(store, "http://a.example/") == "-");
    CHECK(keep(store, {})); // and are replaced
    CHECK(found(store, "http://a.example/") == "body");
    CHECK(fs::is_regular_file(fs::symlink_status(files_below(folder, extension).front())));
}

TEST_CASE("The least recently used entry is evicted", "[proxy][store]")
{
    const Scratch scratch;
    const bool on_disk = GENERATE(true, false);
    const std::string body(1000, 'x');
    const std::uint64_t capacity = on_disk ? 30'000 : 4500; // room for three entries
    Store store(on_disk ? scratch.path() / "cache" : fs::path(), {.capacity = capacity});
    for (const std::string name : {"a", "b", "c"})
        REQUIRE(keep(store, {.url = "http://a.example/" + name, .body = body}));
    CHECK(found(store, "http://a.example/a") == body);
    REQUIRE(keep(store, {.url = "http://a.example/d", .body = body}));
    CHECK(found(store, "http://a.example/b") == "-");
    CHECK(found(store, "http://a.example/a") == body);
    CHECK(store.size() <= capacity);
    CHECK_FALSE(keep(store, {.url = "http://a.example/e", .body = std::string(capacity + 1, 'x')}));
    CHECK(files_below(scratch.path(), ".body").size() == (on_disk ? store.count() : 0));
}

TEST_CASE("With a smaller limit, entries are evicted at the start", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    {
        Store store(folder, StoreLimits());
        for (int i = 0; i < 20; ++i)
            REQUIRE(keep(store, {.url = "http://a.example/" + std::to_string(i)}));
    }
    const Store store(folder, {.capacity = 50'000});
    CHECK(store.size() <= 50'000);
    CHECK(store.count() > 0);
    CHECK(files_below(folder, ".head").size() == store.count());
}

TEST_CASE("The entry of a removed file is gone within a second", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    Store store(folder, StoreLimits());
    REQUIRE(keep(store, {}));
    fs::remove_all(folder);
    const auto deadline = net::Deadline::in(15s);
    while (found(store, "http://a.example/") != "-")
        REQUIRE_FALSE(deadline.passed());
    CHECK(store.count() == 0);
    REQUIRE_FALSE(keep(store, {})); // the folder itself was removed
    CHECK_FALSE(store.trouble().empty());
}

TEST_CASE("Another process's purge and updates are noticed", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    Store store(folder, StoreLimits());
    REQUIRE(keep(store, {.body = "old"}));
    CHECK(found(store, "http://a.example/") == "old");
    {
        Store other(folder, StoreLimits());
        CHECK(found(other, "http://a.example/") == "old");
        REQUIRE(keep(other, {.body = "new"}));
    }
    const auto deadline = net::Deadline::in(15s);
    while (found(store, "http://a.example/") == "old")
        REQUIRE_FALSE(deadline.passed());
    CHECK(found(store, "http://a.example/") == "new");
    CHECK(StoreFolder(folder).purge("http://a.example/") == 1);
    CHECK(StoreFolder(folder).purge("http://a.example/") == 0);
    while (found(store, "http://a.example/") == "new")
        REQUIRE_FALSE(deadline.passed());
}

TEST_CASE("refresh() replaces the fields of a stored body", "[proxy][store]")
{
    const Scratch scratch;
    const fs::path folder = scratch.path() / "cache";
    const bool on_disk = GENERATE(true, false);
    Store store(on_disk ? folder : fs::path(), StoreLimits());
    REQUIRE(keep(store, {}));
    const auto old = store.find("http://a.example/", {}).response;
    REQUIRE(old);
    auto meta = old->head->meta();
    meta.fields.push_back({"New", "1"});
    REQUIRE(store.refresh(proxy::StoredHead::make(meta)));
    const auto fresh = store.find("http://a.example/", {}).response;
    REQUIRE(fresh);
    CHECK(http::find_field(fresh->head->fields(), "New") == "1");
    CHECK(found(store, "http://a.example/") == "body");
    CHECK(store.count() == 1);
    meta.body_hash = 1;
    CHECK_FALSE(store.refresh(proxy::StoredHead::make(meta)));
    if (!on_disk) return;
    Store again(folder, StoreLimits());
    CHECK(http::find_field(again.find("http://a.example/", {}).response->head->fields(), "New"));
}

TEST_CASE("Many threads store and find the same and other entries", "[proxy][store]")
{
    const Scratch scratch;
    Store store(scratch.path() / "cache", {.capacity = 120'000, .hot = 4000});
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&store, &wrong, thread] {
            for (int i = 0; i < 100; ++i) {
                const std::string name = std::to_string((i * 7 + thread) % 30);
                const std::string url = "http://a.example/" + name;
                const std::string body = name + std::string(1000, 'x');
                if (const auto hit = store.find(url, {}).response) {
                    std::string bytes(hit->body->size(), '\0');
                    if (hit->body->read(0, bytes) != body.size() || bytes != body) ++wrong;
                } else {
                    const auto growing = store.begin();
                    growing->append(body);
                    growing->end(true);
                    store.keep({.url = url, .times = {now, now}, .status = 200}, *growing);
                }
                if (i % 10 == 0) store.remove(url);
            }
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == 0);
    CHECK(store.size() <= 120'000);
}
