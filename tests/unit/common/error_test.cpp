#include "common/error.h"

#include "catch.h"

TEST_CASE("An error has the attempt, the reason and the errno", "[common][error]")
{
    errno = ENOENT;
    try {
        net::fail("open a file");
        FAIL("fail() returned");
    } catch (const net::Error& error) {
        CHECK(std::string(error.what()) == "open a file: No such file or directory");
        CHECK(error.cause() == ENOENT);
    }
    CHECK_THROWS_WITH(net::fail("listen", EACCES), "listen: Permission denied");
    CHECK(net::Error("without an errno").cause() == 0);
}

TEST_CASE("A time-out is an error of its own kind", "[common][error]")
{
    const net::Timeout timeout("read from 192.0.2.1:80");
    CHECK(std::string(timeout.what()) == "read from 192.0.2.1:80: timed out");
    CHECK(timeout.cause() == ETIMEDOUT);
    CHECK_THROWS_AS(throw net::Timeout("read"), net::Error);
}
