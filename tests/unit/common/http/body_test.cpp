#include "common/http/body.h"

#include "tests/unit/script.h"

using http::Body;
using http::BodyError;
using http::Framing;

namespace {

constexpr std::uint64_t plenty = 1'000'000;
const net::Deadline never = net::Deadline::never(); // a Script never blocks

std::string read_all(Body& body)
{
    std::string all;
    for (;;) {
        const auto piece = body.read(never);
        if (piece.empty()) return all;
        all += piece;
    }
}

/// The result of reading a body: its content or the fault.
std::string outcome(const std::string& bytes, Framing framing, std::uint64_t length,
                    std::uint64_t most, std::size_t piece)
try {
    Script script(cut(bytes, piece));
    net::Reader reader(script);
    Body body(reader, framing, length, most);
    return read_all(body);
} catch (const BodyError& error) {
    switch (error.fault()) {
    case BodyError::Fault::malformed: return "malformed";
    case BodyError::Fault::incomplete: return "incomplete";
    case BodyError::Fault::too_large: return "too large";
    }
    return "";
}

} // namespace

TEST_CASE("A body is read whole or not at all, however the network splits it",
          "[common][http][body]")
{
    struct Row {
        std::string bytes;
        Framing framing;
        std::uint64_t length;
        std::uint64_t most;
        std::string expected;
    };
    const auto row = GENERATE(values<Row>({
        {"hello", Framing::counted, 5, plenty, "hello"},
        {"hello, world", Framing::counted, 5, plenty, "hello"},
        {"hell", Framing::counted, 5, plenty, "incomplete"},
        {"", Framing::counted, 5, plenty, "incomplete"},
        {"hello", Framing::counted, 5, 5, "hello"},
        {"hello", Framing::counted, 5, 4, "too large"},
        {"hello", Framing::no_body, 0, 0, ""},
        {"hello", Framing::until_close, 0, plenty, "hello"},
        {"", Framing::until_close, 0, plenty, ""},
        {"hello", Framing::until_close, 0, 4, "too large"},
        {"5\r\nhello\r\n0\r\n\r\nrest", Framing::chunked, 0, 5, "hello"},
        {"0\r\n\r\n", Framing::chunked, 0, 0, ""},
        {"5\r\nhello\r\n0\r\n", Framing::chunked, 0, plenty, "incomplete"},
        {"5\r\nhello\r\n", Framing::chunked, 0, plenty, "incomplete"},
        {"5\r\nhel", Framing::chunked, 0, plenty, "incomplete"},
        {"", Framing::chunked, 0, plenty, "incomplete"},
        {"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", Framing::chunked, 0, 5, "too large"},
        {"5\r\nhellohello", Framing::chunked, 0, plenty, "malformed"},
    }));
    for (const std::size_t piece : std::to_array<std::size_t>({1, 2, 3, 1000})) {
        CAPTURE(row.bytes, piece);
        CHECK(outcome(row.bytes, row.framing, row.length, row.most, piece) == row.expected);
    }
}

TEST_CASE("A body whose announced size exceeds the limit is refused before reading",
          "[common][http][body]")
{
    Script silent({""});
    net::Reader reader(silent);
    Body body(reader, Framing::counted, 6, 5);
    CHECK_THROWS_AS(body.read(never), BodyError);
}

TEST_CASE("After a body the reader is at the next message", "[common][http][body]")
{
    Script script(cut("5\r\nhello\r\n0\r\n\r\nworld!next", 4));
    net::Reader reader(script);
    Body chunked(reader, Framing::chunked, 0, plenty);
    CHECK_FALSE(chunked.size());
    CHECK(read_all(chunked) == "hello");
    CHECK(chunked.read(never).empty()); // the end is returned again
    Body counted(reader, Framing::counted, 6, plenty);
    CHECK(counted.size() == 6);
    CHECK(read_all(counted) == "world!");
    CHECK(counted.received() == 6);
    while (reader.fill(never)) {
    }
    CHECK(reader.buffered() == "next");
}

TEST_CASE("A time-out in a body loses no bytes", "[common][http][body]")
{
    Script script({"5\r\nhe", "", "llo\r\n", "", "0\r\n\r\n"});
    net::Reader reader(script);
    Body body(reader, Framing::chunked, 0, plenty);
    CHECK(body.read(never) == "he");
    CHECK_THROWS_AS(body.read(never), net::Timeout);
    CHECK(body.read(never) == "llo");
    CHECK_THROWS_AS(body.read(never), net::Timeout);
    CHECK(body.read(never).empty());
}

TEST_CASE("Without waiting, a body returns what has arrived, then needs more",
          "[common][http][body]")
{
    Script script({"5\r\nhel", "lo\r\n0\r\nA: 1\r\n", "B: 2\r\n\r\nnext"});
    net::Reader reader(script);
    Body body(reader, Framing::chunked, 0, plenty);
    CHECK_FALSE(body.read_buffered());
    REQUIRE(reader.fill(never));
    CHECK(body.read_buffered() == "hel");
    CHECK_FALSE(body.read_buffered());
    REQUIRE(reader.fill(never));
    CHECK(body.read_buffered() == "lo");
    CHECK_FALSE(body.read_buffered());
    CHECK(body.trailers().empty());
    REQUIRE(reader.fill(never));
    CHECK(body.read_buffered() == "");
    CHECK(reader.buffered() == "next");

    const auto trailers = body.trailers();
    REQUIRE(trailers.size() == 2);
    CHECK(trailers[0].name == "A");
    CHECK(trailers[1].value == "2");
}

TEST_CASE("The end of the stream ends or breaks a body, by its framing", "[common][http][body]")
{
    Script script({});
    net::Reader reader(script);
    Body open(reader, Framing::until_close, 0, plenty);
    CHECK_FALSE(open.read_buffered());
    open.note_end_of_stream();
    CHECK(open.read_buffered() == "");
    Body counted(reader, Framing::counted, 5, plenty);
    CHECK_THROWS_AS(counted.note_end_of_stream(), BodyError);
}
