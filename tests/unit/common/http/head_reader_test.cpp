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
