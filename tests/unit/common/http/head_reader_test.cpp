#include "common/http/head_reader.h"

#include "catch.h"

#include "common/http/message.h"
#include "tests/unit/script.h"

namespace {

net::Deadline soon()
{
    return net::Deadline::in(std::chrono::seconds(5));
}

} // namespace

TEST_CASE("fill_line returns when a line has ended", "[common][head_reader]")
{
    Script peer({"GET / HT", "TP/1.1", "\r\nHost", ": a\r\n\r\nbody", "more"});
    net::Reader reader(peer);
    CHECK(http::fill_line(reader, soon()));
    CHECK(reader.buffered() == "GET / HTTP/1.1\r\nHost");
    CHECK(http::fill_line(reader, soon()));
    CHECK(reader.buffered().ends_with("\r\n\r\nbody"));
    CHECK_FALSE(http::fill_line(reader, soon())); // the stream ends before another line
}

TEST_CASE("fill_line returns when a line without an end is too long", "[common][head_reader]")
{
    Script peer(cut(std::string(http::max_target + 2000, 'x'), 1000));
    net::Reader reader(peer);
    CHECK(http::fill_line(reader, soon()));
    CHECK(reader.buffered().size() > http::max_target);
    CHECK(reader.buffered().size() <= http::max_target + 1000);
}

TEST_CASE("fill_line throws at the deadline when no line arrives", "[common][head_reader]")
{
    Script peer({"GET ", ""});
    net::Reader reader(peer);
    CHECK_THROWS_AS(http::fill_line(reader, soon()), net::Timeout);
}

TEST_CASE("A request's head is read whole and owns its bytes", "[common][head_reader]")
{
    Script peer({"GET /a HTTP/1.1\r\nHo", "st: a\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n"});
    net::Reader reader(peer);
    auto first = http::read_request_head(reader, soon());
    auto second = http::read_request_head(reader, soon());
    REQUIRE((first && second));
    const auto moved = std::get<http::OwnedRequestHead>(std::move(*first));
    CHECK(moved.head.target == "/a");
    CHECK(moved.head.field("Host") == "a");
    CHECK(*moved.text == "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(std::get<http::OwnedRequestHead>(*second).head.target == "/b");
    CHECK(reader.buffered().empty());
    CHECK_FALSE(http::read_request_head(reader, soon())); // the end of the stream
}

TEST_CASE("A malformed or late head stays in the reader", "[common][head_reader]")
{
    struct Row {
        std::deque<std::string> pieces;
        int status;
    };
    for (const auto& [pieces, status] :
         {Row{{"GET\r\n"}, 400}, Row{{"GET / HTTP/2.0\r\n"}, 505}, Row{{"GET /", ""}, 408}}) {
        Script peer(pieces);
        net::Reader reader(peer);
        const auto read = http::read_request_head(reader, soon());
        REQUIRE(read);
        CHECK(std::get<http::Malformed>(*read).status == status);
        CHECK(reader.buffered() == pieces.front());
    }
}

TEST_CASE("A head that the stream's end cuts off is none", "[common][head_reader]")
{
    Script peer({"GET / HTTP/1.1\r\nHost: a\r\n"});
    net::Reader reader(peer);
    CHECK_FALSE(http::read_request_head(reader, soon()));
}
