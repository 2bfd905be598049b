#include "common/explain/http_meaning.h"

#include "catch.h"

#include "common/explain/http_field_names.h"
#include "common/http/message.h"

using Lines = std::vector<std::string>;
using http::explain_field_line;
using http::explain_request_line;
using http::explain_status_line;

TEST_CASE("A request line is explained part by part", "[common][http][explanation]")
{
    const auto [line, target] = GENERATE(table<std::string, std::string>({
        {"GET /a?b HTTP/1.1", "/a?b: the target: path and query on the host in Host "
                              "(origin-form, RFC 9112 §3.2.1)"},
        {"OPTIONS * HTTP/1.1", "*: the server as a whole (RFC 9112 §3.2.4)"},
        {"GET http://a/ HTTP/1.0",
         "http://a/: the target as a whole URL, as in requests to proxies "
         "(absolute-form, RFC 9112 §3.2.2)"},
        {"CONNECT a:1 HTTP/2.0", "a:1: the host and port to connect to, with CONNECT "
                                 "(authority-form, RFC 9112 §3.2.3)"},
    }));
    const Lines lines = explain_request_line(line);
    REQUIRE(lines.size() == 3);
    CHECK_THAT(lines[0], StartsWith(line.substr(0, line.find(' ')) + ": "));
    CHECK(lines[1] == target);
    CHECK_THAT(lines[2], StartsWith(line.substr(line.rfind(' ') + 1) + ": the version"));
}

TEST_CASE("A malformed request line is reported", "[common][http][explanation]")
{
    const auto* line =
        GENERATE("", "GET", "GET /", "GET  / HTTP/1.1", " GET / HTTP/1.1", "a b c d");
    CHECK(explain_request_line(line) ==
          Lines{"a request line has three parts: method, target and version, with one space "
                "between them (RFC 9112 §3)"});
}

TEST_CASE("Method names are case-sensitive", "[common][http][explanation]")
{
    CHECK(explain_request_line("GET / HTTP/1.1")[0] ==
          "GET: get the target's current content (RFC 9110 §9.3.1)");
    CHECK(explain_request_line("get / HTTP/1.1")[0] ==
          "get: an unknown method; method names are case-sensitive (RFC 9110 §9.1)");
}

TEST_CASE("A status is explained by itself and by its class", "[common][http][explanation]")
{
    CHECK(explain_status_line("HTTP/1.1 404 Not Found")[1] ==
          "404: there is nothing at that address (RFC 9110 §15.5.5)");
    CHECK(explain_status_line("HTTP/1.1 404 Not Found")[2] ==
          "4xx: client error: the request cannot be fulfilled as it is (RFC 9110 §15.5)");
    CHECK(explain_status_line("HTTP/1.1 299 Odd").size() == 2); // only its class is known
    for (const auto* none : {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 600 A", "a b c"})
        CHECK(explain_status_line(none).size() == 1);
}

TEST_CASE("Field names are not case-sensitive", "[common][http][explanation]")
{
    CHECK(explain_field_line("host: a") ==
          "Host: the URL's host and port, which select the site (RFC 9110 §7.2)");
    CHECK_THAT(explain_field_line("X-Unheard-Of: a"), StartsWith("an unknown field"));
    CHECK_THAT(explain_field_line("Host a"), StartsWith("not a field: there is no colon"));
    CHECK_THAT(explain_field_line("Host : a"),
               StartsWith("not a field: the name is empty or not a token"));
    CHECK_THAT(explain_field_line(": a"),
               StartsWith("not a field: the name is empty or not a token"));
    CHECK_THAT(explain_field_line(""), StartsWith("the empty line"));
}

TEST_CASE("Every status with a reason phrase is explained", "[common][http][explanation]")
{
    for (int status = 100; status < 600; ++status) {
        CAPTURE(status);
        const bool is_known = http::status_meaning(std::to_string(status)).has_value();
        const bool has_phrase = !http::reason_phrase(status).empty();
        CHECK((is_known || !has_phrase));
        CHECK(http::status_class_meaning(std::to_string(status)));
    }
}
