#include "mailclient/smtp/duplex_stream.h"

#include <catch2/catch.hpp>

#include <thread>

#include "common/error.h"
#include "tests/unit/loopback.h"

using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("A wire keeps what comes while it talks", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream wire(std::move(both.client));
    CHECK_FALSE(wire.has_input());
    std::thread server([&] {
        both.server.write("552 too much\r\n", soon());
        net::Reader reader(both.server);
        for (std::size_t count = 0; count < 8'000'000;) {
            if (!reader.fill(soon())) return;
            count += reader.buffered().size();
            reader.consume(reader.buffered().size());
        }
        both.server.write("more", soon());
        both.server.shutdown_writing();
    });
    wire.write(std::string(8'000'000, 'x'), soon());
    server.join();
    CHECK(wire.has_input());
    CHECK(read_all(wire) == "552 too much\r\nmore");
    CHECK(wire.has_input()); // the end is one
}

TEST_CASE("A peer that has spoken and takes no more is not waited for", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream wire(std::move(both.client));
    both.server.write("552 too much\r\n", soon());
    CHECK_THROWS_WITH(wire.write(std::string(50'000'000, 'x'), net::Deadline::in(1min)),
                      Contains("stopped reading"));
    std::array<char, 100> buffer{};
    CHECK(wire.read(buffer, net::Deadline::in({})) == 14);
    CHECK_THROWS_AS(wire.read(buffer, net::Deadline::in({})), net::Timeout);
}

TEST_CASE("A peer that takes nothing is waited for as long as was said", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream wire(std::move(both.client));
    CHECK_THROWS_AS(wire.write(std::string(50'000'000, 'x'), net::Deadline::in(50ms)),
                    net::Timeout);
}

TEST_CASE("A peer that leaves is an error for who writes", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream wire(std::move(both.client));
    {
        const auto gone = std::move(both.server);
    }
    CHECK_THROWS_AS(wire.write(std::string(50'000'000, 'x'), soon()), net::Error);
}
