#include "mailclient/smtp/duplex_stream.h"

#include "catch.h"

#include <thread>

#include "common/error.h"
#include "tests/unit/loopback.h"

using namespace std::chrono_literals;

TEST_CASE("Input that arrives during a write is buffered", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream stream(std::move(both.client));
    CHECK_FALSE(stream.has_input());
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
    stream.write(std::string(8'000'000, 'x'), soon());
    server.join();
    CHECK(stream.has_input());
    CHECK(read_all(stream) == "552 too much\r\nmore");
    CHECK(stream.has_input()); // the end of stream counts as input
}

TEST_CASE("A write gives up when the peer has sent data and stopped reading", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream stream(std::move(both.client));
    both.server.write("552 too much\r\n", soon());
    CHECK_THROWS_WITH(stream.write(std::string(50'000'000, 'x'), net::Deadline::in(1min)),
                      Contains("stopped reading"));
    std::array<char, 100> buffer{};
    CHECK(stream.read(buffer, net::Deadline::in({})) == 14);
    CHECK_THROWS_AS(stream.read(buffer, net::Deadline::in({})), net::Timeout);
}

TEST_CASE("A write to a peer that does not read times out", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream stream(std::move(both.client));
    CHECK_THROWS_AS(stream.write(std::string(50'000'000, 'x'), net::Deadline::in(50ms)),
                    net::Timeout);
}

TEST_CASE("A write to a closed connection is an error", "[mailclient]")
{
    auto both = connected();
    mail::DuplexStream stream(std::move(both.client));
    {
        const auto gone = std::move(both.server);
    }
    CHECK_THROWS_AS(stream.write(std::string(50'000'000, 'x'), soon()), net::Error);
}
