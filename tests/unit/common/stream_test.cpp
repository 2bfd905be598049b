#include "common/stream.h"

#include "catch.h"

#include <array>

#include "tests/unit/script.h"

namespace {

const net::Deadline never = net::Deadline::never(); // a script does not wait

std::string bytes(std::size_t count)
{
    std::string text(count, ' ');
    for (std::size_t i = 0; i < count; ++i)
        text[i] = static_cast<char>(i * 7 + i / 256); // without repetition
    return text;
}

} // namespace

TEST_CASE("A reader joins bytes however the network splits them", "[common][stream]")
{
    const std::string message = bytes(10'000);
    for (const std::size_t size :
         std::to_array<std::size_t>({1, 2, 3, 100, 4095, 4096, 4097, 9'999, 10'000})) {
        CAPTURE(size);
        Script script(cut(message, size));
        net::Reader reader(script);
        std::size_t seen = 0;
        while (reader.fill(never)) {
            const auto buffered = reader.buffered();
            REQUIRE(buffered.size() > seen); // true means that bytes were added
            REQUIRE(message.starts_with(buffered));
            seen = buffered.size();
        }
        CHECK(reader.buffered() == message);
    }
}

TEST_CASE("The bytes after the consumed ones stay", "[common][stream]")
{
    Script script({"first", "second"});
    net::Reader reader(script);
    CHECK(reader.buffered().empty()); // nothing is read before the first call
    CHECK(reader.fill(never));
    CHECK(reader.buffered() == "first");
    reader.consume(2);
    CHECK(reader.buffered() == "rst");
    CHECK(reader.fill(never));
    CHECK(reader.buffered() == "rstsecond");
    reader.consume(0);
    CHECK(reader.buffered() == "rstsecond");
    reader.consume(9);
    CHECK(reader.buffered().empty());
}

TEST_CASE("No more can be consumed than is buffered", "[common][stream]")
{
    Script script({"first", "second"});
    net::Reader reader(script);
    reader.consume(100);
    CHECK(reader.fill(never));
    reader.consume(100);
    CHECK(reader.buffered().empty());
    CHECK(reader.fill(never));
    CHECK(reader.buffered() == "second");
}

TEST_CASE("Filling and consuming in any order loses, doubles and moves no byte", "[common][stream]")
{
    const std::string message = bytes(100'000);
    for (const std::size_t step : std::to_array<std::size_t>({1, 700, 4095, 4096, 5000, 20'000})) {
        for (const std::size_t kept :
             std::to_array<std::size_t>({0, 1, 3000, 30'000})) { // so the buffer moves and grows
            CAPTURE(step, kept);
            Script script({message});
            net::Reader reader(script);
            std::size_t consumed = 0;
            const auto rest = [&] { return std::string_view(message).substr(consumed); };
            while (reader.fill(never)) {
                while (reader.buffered().size() > kept) {
                    const auto size = std::min(step, reader.buffered().size() - kept);
                    reader.consume(size);
                    consumed += size;
                }
                if (!rest().starts_with(reader.buffered())) FAIL("wrong from " << consumed);
            }
            CHECK(reader.buffered() == rest());
        }
    }
}

TEST_CASE("At the end of stream fill() returns false each time and keeps the buffered bytes",
          "[common][stream]")
{
    Script script({"all"});
    net::Reader reader(script);
    CHECK(reader.fill(never));
    CHECK_FALSE(reader.fill(never));
    CHECK_FALSE(reader.fill(never));
    CHECK(reader.buffered() == "all");

    Script silent({});
    CHECK_FALSE(net::Reader(silent).fill(never));
}

TEST_CASE("A time-out passes through a reader without loss of bytes", "[common][stream]")
{
    Script script({"be", "", "fore"});
    net::Reader reader(script);
    CHECK(reader.fill(never));
    CHECK_THROWS_AS(reader.fill(never), net::Timeout);
    CHECK(reader.buffered() == "be");
    CHECK(reader.fill(never));
    CHECK(reader.buffered() == "before");
}
