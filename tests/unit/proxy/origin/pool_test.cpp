#include "proxy/origin/pool.h"

#include "catch.h"

#include <thread>

#include "tests/unit/loopback.h"

using proxy::OpenConnections;
using proxy::OriginConnection;
using proxy::Pool;
using namespace std::chrono_literals;

namespace {

/// A connection to the origin "a", and its other end.
struct Idle {
    explicit Idle(OpenConnections& open) : Idle(open, connected()) {}
    Idle(OpenConnections& open, Loopback ends)
        : connection(std::make_unique<OriginConnection>(std::move(ends.client), "a", open)),
          origin(std::move(ends.server))
    {
    }

    std::unique_ptr<OriginConnection> connection;
    net::TcpStream origin;
};

bool any_address(const net::Address&)
{
    return true;
}

} // namespace

TEST_CASE("An idle connection is reused as long as it is open", "[proxy][pool]")
{
    OpenConnections open;
    Pool pool(2, 30s);
    Idle idle(open);
    CHECK_FALSE(pool.acquire("a", any_address));
    pool.keep(std::move(idle.connection));
    CHECK_FALSE(pool.acquire("b", any_address));
    CHECK_FALSE(pool.acquire("a", [](const auto&) { return false; }));
    auto again = pool.acquire("a", any_address);
    REQUIRE(again);
    CHECK_FALSE(pool.acquire("a", any_address));
    pool.keep(std::move(again));
    idle.origin.shutdown();
    CHECK_FALSE(pool.acquire("a", any_address));
}

TEST_CASE("A connection that was idle for too long is not reused", "[proxy][pool]")
{
    OpenConnections open;
    Pool pool(2, 0s);
    Idle idle(open);
    pool.keep(std::move(idle.connection));
    std::this_thread::sleep_for(2ms);
    CHECK_FALSE(pool.acquire("b", any_address)); // any next call closes it
    CHECK(read_all(idle.origin).empty());        // the connection is closed
}

TEST_CASE("Above the limit, the oldest idle connection is closed", "[proxy][pool]")
{
    OpenConnections open;
    Pool pool(1, 30s);
    Idle first(open);
    Idle second(open);
    pool.keep(std::move(first.connection));
    pool.keep(std::move(second.connection));
    CHECK(read_all(first.origin).empty());
    CHECK(pool.acquire("a", any_address));
}

TEST_CASE("shut_down_all() also shuts down later connections", "[proxy][pool]")
{
    OpenConnections open;
    const Idle before(open);
    open.shut_down_all();
    CHECK(read_all(before.connection->stream).empty());
    const Idle after(open);
    CHECK(read_all(after.connection->stream).empty());
}
