#include "proxy/store/body_in_progress.h"

#include <sys/resource.h>

#include <array>
#include <csignal>
#include <thread>

#include "tests/unit/scratch.h"

using net::Deadline;
using proxy::BodyInProgress;
using namespace std::chrono_literals;

namespace {

/// The body that a follower gets; "!" at its end: the body was cut off.
std::string read_all(BodyInProgress& body)
{
    std::string all;
    std::array<char, 700> buffer{};
    for (;;) {
        const auto count = body.read(all.size(), buffer, Deadline::in(15s));
        if (!count) return all + "!";
        if (*count == 0) return all;
        all.append(buffer.data(), *count);
    }
}

/// Limits the size of files for its own lifetime, like a full disk.
class SmallFiles {
public:
    explicit SmallFiles(rlim_t most)
    {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &former_);
        const rlimit limit{.rlim_cur = most, .rlim_max = former_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;
    ~SmallFiles() { ::setrlimit(RLIMIT_FSIZE, &former_); }

private:
    rlimit former_{};
};

} // namespace

TEST_CASE("A body can be read while it grows, in memory or in a file", "[proxy][growing_body]")
{
    const Scratch scratch;
    const bool in_file = GENERATE(true, false);
    const bool is_whole = GENERATE(true, false);
    BodyInProgress body(in_file ? scratch.path() : std::filesystem::path(), 1000);
    std::array<std::string, 3> got;
    std::vector<std::thread> followers;
    for (std::string& each : got)
        followers.emplace_back([&body, &each] { each = read_all(body); });
    std::string sent;
    for (int i = 0; i < 100; ++i) {
        const std::string piece(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));
        body.append(piece);
        sent += piece;
    }
    body.end(is_whole);
    for (auto& follower : followers)
        follower.join();
    for (const std::string& each : got)
        CHECK(each == sent + (is_whole ? "" : "!"));
    CHECK(body.size() == sent.size());
    CHECK(body.hash() == proxy::hash_of(sent));
    CHECK((body.file() != nullptr) == in_file);
    CHECK(read_all(body) == sent + (is_whole ? "" : "!")); // a late reader
}

TEST_CASE("A follower's wait ends at its deadline", "[proxy][growing_body]")
{
    BodyInProgress body({}, 1000);
    body.append("a");
    std::array<char, 10> buffer{};
    CHECK(body.read(0, buffer, Deadline::in(0s)) == 1);
    CHECK_FALSE(body.read(1, buffer, Deadline::in(1ms)));
}

TEST_CASE("A body can still be read after a disk failure", "[proxy][growing_body]")
{
    const Scratch scratch;
    const bool fails_early = GENERATE(true, false);
    const auto folder = scratch.path() / "cache";
    if (!fails_early) std::filesystem::create_directory(folder);
    BodyInProgress body(folder, 10);
    body.append("0123456789");
    if (fails_early) {
        CHECK_THROWS_AS(body.append("abc"), net::StorageError);
    } else {
        body.append("abc");
        const SmallFiles limit(13);
        CHECK_THROWS_AS(body.append("defghi"), net::StorageError);
    }
    body.append("jkl"); // to memory, without another attempt on the disk
    body.end(true);
    CHECK(read_all(body) == (fails_early ? "0123456789abcjkl" : "0123456789abcdefghijkl"));
}
