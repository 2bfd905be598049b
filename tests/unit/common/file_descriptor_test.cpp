#include "common/file_descriptor.h"

#include "catch.h"

#include <fcntl.h>

#include <optional>

namespace {

bool is_open(int descriptor)
{
    return ::fcntl(descriptor, F_GETFD) != -1;
}

net::FileDescriptor some_file()
{
    net::FileDescriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(file);
    return file;
}

} // namespace

TEST_CASE("A descriptor is closed when its owner is destroyed", "[common][file_descriptor]")
{
    std::optional owner(some_file());
    const int descriptor = owner->get();
    CHECK(is_open(descriptor));
    owner.reset();
    CHECK_FALSE(is_open(descriptor));
}

TEST_CASE("A moved descriptor has one owner", "[common][file_descriptor]")
{
    net::FileDescriptor owner = some_file();
    const net::FileDescriptor& former = owner; // checked after the move
    const int first = owner.get();
    const net::FileDescriptor next(std::move(owner));
    CHECK(next.get() == first);
    CHECK_FALSE(former);
    CHECK(former.get() == -1);
    CHECK(is_open(first));
}

TEST_CASE("Assignment leaks no descriptor", "[common][file_descriptor]")
{
    int first = -1;
    int second = -1;
    {
        net::FileDescriptor owner = some_file();
        net::FileDescriptor other = some_file();
        first = owner.get();
        second = other.get();
        owner = std::move(other);
        CHECK(owner.get() == second);
        CHECK(is_open(second));
    }
    CHECK_FALSE(is_open(first));
    CHECK_FALSE(is_open(second));

    net::FileDescriptor owner = some_file();
    first = owner.get();
    owner = net::FileDescriptor(); // the temporary closes the old descriptor at once
    CHECK_FALSE(is_open(first));
}

TEST_CASE("Only -1 is no descriptor", "[common][file_descriptor]")
{
    CHECK_FALSE(net::FileDescriptor());
    CHECK_FALSE(net::FileDescriptor(-1));
    const int saved = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    CHECK(net::FileDescriptor(STDIN_FILENO)); // and is closed
    CHECK_FALSE(is_open(STDIN_FILENO));
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
}
