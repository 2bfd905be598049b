#include "proxy/message/header_diff.h"

#include "catch.h"

using proxy::changes;

TEST_CASE("Each change to a head is listed with its reason", "[proxy][changes]")
{
    const auto notes =
        changes("GET http://a/x HTTP/1.1\r\nHost: a\r\nKeep-Alive: 3\r\nX: y\r\n\r\n",
                "GET /x HTTP/1.1\r\nX: y\r\nHost: a\r\nVia: 1.1 me\r\n\r\n");
    REQUIRE(notes.size() == 3);
    CHECK_THAT(notes[0], StartsWith("first line changed to: GET /x HTTP/1.1  -- "));
    CHECK(notes[1] ==
          "removed: Keep-Alive: 3  -- the field is for one connection only (RFC 9110 §7.6.1)");
    CHECK_THAT(notes[2], StartsWith("added: Via: 1.1 me  -- each proxy adds its name"));
}

TEST_CASE("An unchanged head has no list of changes", "[proxy][changes]")
{
    CHECK(changes("A\r\nB: c\r\n\r\n", "A\r\nB: c\r\n\r\n").empty());
    CHECK(changes("", "").empty());
    CHECK(changes("A\r\n", "").empty());
}
