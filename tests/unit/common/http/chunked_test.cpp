#include "common/http/chunked.h"

#include "catch.h"

using http::ChunkedDecoder;
using http::ChunkLine;
using http::Incomplete;
using http::Malformed;
using http::parse_chunk_line;

namespace {

enum class Ending { complete, incomplete, refused };

std::ostream& operator<<(std::ostream& out, Ending ending)
{
    return out << (ending == Ending::complete     ? "complete"
                   : ending == Ending::incomplete ? "incomplete"
                                                  : "refused");
}

struct Decoded {
    Ending ending;
    std::string data;
    std::size_t size; // of the parsed bytes
};

Decoded decode(std::string_view bytes)
{
    ChunkedDecoder decoder;
    Decoded decoded{Ending::complete, {}, 0};
    while (!decoder.is_complete()) {
        const auto result = decoder.step(bytes.substr(decoded.size));
        if (std::holds_alternative<Incomplete>(result)) decoded.ending = Ending::incomplete;
        if (std::holds_alternative<Malformed>(result)) decoded.ending = Ending::refused;
        const auto* step = std::get_if<ChunkedDecoder::Step>(&result);
        if (step == nullptr) break;
        decoded.data += step->data;
        decoded.size += step->size;
    }
    return decoded;
}

} // namespace

TEST_CASE("A chunk's line is its size in hexadecimal", "[common][http][chunked]")
{
    const auto [line, size] = GENERATE(table<std::string, std::uint64_t>({
        {"0", 0},
        {"5", 5},
        {"1a", 26},
        {"1A", 26},
        {"000000000000000000000000F", 15},
        {"ffffffffffffffff", 0xffffffffffffffff},
        {"5;a", 5},
        {"5;a=b", 5},
        {"5;a=\"b;\\\" \t\xc3\xa4\"", 5},
        {"5 ", 5}, // padded by old servers
        {"5  \t", 5},
        {"5;a ", 5},
        {"5 ; a = b\t;c", 5}, // "bad" white space, which a recipient must know
        {"5;a;b=c;d", 5},
    }));
    CAPTURE(line);
    const auto parsed = parse_chunk_line(line + "\r\nhello");
    REQUIRE(std::holds_alternative<ChunkLine>(parsed));
    CHECK(std::get<ChunkLine>(parsed).size == size);
    CHECK(std::get<ChunkLine>(parsed).length == line.size() + 2);
}

TEST_CASE("A malformed chunk line is refused", "[common][http][chunked]")
{
    const std::string line =
        GENERATE("", " 5", "0x5", "+5", "-5", "-0", "g", "5g", "5 5", "5,5", "5.0", ";a",
                 "10000000000000000", "5;", "5;;a", "5;a;", "5;a=", "5;=b", "5;a=b c", "5;a=\"b",
                 "5;a=\"b\"c", "5;a=\"b\\", "5;a=\x01", "5;a=\"\x01\"", "5;a b", "5\r", "5\rX");
    CAPTURE(line);
    CHECK(std::holds_alternative<Malformed>(parse_chunk_line(line + "\r\nhello")));
}

TEST_CASE("A chunk's line ends with CR and LF", "[common][http][chunked]")
{
    CHECK(std::holds_alternative<Malformed>(parse_chunk_line("5\nhello")));
    CHECK(std::holds_alternative<Incomplete>(parse_chunk_line("")));
    CHECK(std::holds_alternative<Incomplete>(parse_chunk_line("5")));
    CHECK(std::holds_alternative<Incomplete>(parse_chunk_line("5\r")));
    CHECK(std::holds_alternative<Malformed>(parse_chunk_line("x")));
}

TEST_CASE("A chunk line can be 4 KiB long", "[common][http][chunked]")
{
    const std::string longest = "5;" + std::string(http::max_chunk_line - 4, 'a');
    CHECK(std::holds_alternative<ChunkLine>(parse_chunk_line(longest + "\r\n")));
    CHECK(std::holds_alternative<Malformed>(parse_chunk_line(longest + "a\r\n")));
    CHECK(std::holds_alternative<Malformed>(parse_chunk_line(std::string(10'000, '0'))));
}

TEST_CASE("Chunks are decoded, and the bytes after them are left", "[common][http][chunked]")
{
    const std::string body = "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: x\r\n\r\n";
    const auto decoded = decode(body + "HTTP/1.1 200 OK");
    CHECK(decoded.ending == Ending::complete);
    CHECK(decoded.data == "hello, world");
    CHECK(decoded.size == body.size());
    CHECK(decode("0\r\n\r\n").ending == Ending::complete);

    for (std::size_t size = 0; size < body.size(); ++size) {
        CAPTURE(size);
        CHECK(decode(std::string_view(body).substr(0, size)).ending == Ending::incomplete);
    }
}

TEST_CASE("A malformed body is refused at its first fault", "[common][http][chunked]")
{
    const std::string body = GENERATE(
        "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n\r\n0\r\n\r\n", "5\r\nhello\rX", "0\r\nTrailer",
        "0\r\n Trailer: x\r\n\r\n", "0\r\nTrailer\r\n\r\n", "0\r\n\n", "0\r\n\rX\n", "0\n\n");
    CAPTURE(body);
    const bool is_cut = body == "0\r\nTrailer";
    CHECK(decode(body).ending == (is_cut ? Ending::incomplete : Ending::refused));
}

TEST_CASE("Extensions and trailers are bounded over the whole body", "[common][http][chunked]")
{
    const std::string chunk = "1;" + std::string(4000, 'a') + "\r\nx\r\n";
    std::string body;
    for (int i = 0; i < 16; ++i)
        body += chunk;
    CHECK(decode(body + "0\r\n\r\n").ending == Ending::complete);
    CHECK(decode(body + chunk + "0\r\n\r\n").ending == Ending::refused);

    const std::string trailer = "X: " + std::string(http::max_trailers, 'x') + "\r\n";
    CHECK(decode("0\r\n" + trailer + "\r\n").ending == Ending::refused);
}
