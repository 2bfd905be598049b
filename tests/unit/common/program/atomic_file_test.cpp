#include "common/program/atomic_file.h"

#include <unistd.h>

#include <array>

#include "tests/unit/scratch.h"

using net::AtomicFile;

namespace {

long files_in(const Scratch& scratch)
{
    return std::distance(std::filesystem::directory_iterator(scratch.path()), {});
}

} // namespace

TEST_CASE("A file appears complete or not at all", "[common][aside_file]")
{
    const Scratch scratch;
    const auto name = scratch.write("name", "before");
    const auto read = [&name] { return std::filesystem::file_size(name); };
    {
        AtomicFile file(name);
        file.write("after, and longer");
        CHECK(read() == 6);
    }
    CHECK(read() == 6);
    CHECK(files_in(scratch) == 1);
    AtomicFile file(name);
    file.write("after, and longer");
    CHECK(file.size() == 17);
    std::array<char, 5> part{};
    CHECK(::pread(file.descriptor(), part.data(), part.size(), 7) == 5);
    CHECK(std::string(part.data(), part.size()) == "and l");
    file.commit();
    CHECK(read() == 17);
    CHECK(files_in(scratch) == 1);
    CHECK_THROWS_AS(AtomicFile(scratch.path() / "no" / "folder"), net::StorageError);
}
