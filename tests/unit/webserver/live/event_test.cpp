#include "webserver/live/event.h"

#include "catch.h"

#include <arpa/inet.h>

using webserver::shown_string;

namespace {

net::Address client()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(5000);
    ::inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

} // namespace

TEST_CASE("Any bytes become a JSON string without control characters", "[webserver][live]")
{
    const auto [text, json] = GENERATE(table<std::string, std::string>({
        {"", R"("")"},
        {"a b", R"("a b")"},
        {"caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\""},
        {R"(a"b\c)", R"("a\"b\\c")"},
        {"a\r\nb\tc", R"("a\nb\tc")"},
        {std::string("\0\x1b\x7f", 3), R"("\\x00\\x1b\\x7f")"},
        {"\xff\xc2\x9b\xe2\x82", R"("\\xff\\xc2\\x9b\\xe2\\x82")"},
        {"</script>", R"("</script>")"},
    }));
    CHECK(shown_string(text) == json);
}

TEST_CASE("An event is its name, one line of data and an empty line", "[webserver][live]")
{
    CHECK(webserver::connect_event(client(), 3) ==
          "event: connect\ndata: {\"client\":\"192.0.2.1:5000\",\"open\":3}\n\n");
    CHECK(webserver::close_event(client(), 2) ==
          "event: close\ndata: {\"client\":\"192.0.2.1:5000\",\"open\":2}\n\n");
    CHECK(webserver::request_event(client(), "GET / HTTP/1.1\r\n\r\n", 7) ==
          "event: request\ndata: {\"client\":\"192.0.2.1:5000\",\"number\":7,"
          "\"head\":\"GET / HTTP/1.1\\n\\n\"}\n\n");
    CHECK(webserver::response_event(client(), "HTTP/1.1 200 OK\r\n\r\n", 5) ==
          "event: answer\ndata: {\"client\":\"192.0.2.1:5000\",\"size\":5,"
          "\"head\":\"HTTP/1.1 200 OK\\n\\n\"}\n\n");
    CHECK(webserver::missed_event(9) == "event: missed\ndata: {\"count\":9}\n\n");
}

TEST_CASE("A request cannot end its event and begin another", "[webserver][live]")
{
    const std::string event =
        webserver::request_event(client(), "GET / HTTP/1.1\n\nevent: close\ndata: {}\r\r\n\n", 1);
    CHECK(event.find("\n\n") == event.size() - 2);
    CHECK(event.find('\r') == std::string::npos);
    CHECK_THAT(event, StartsWith("event: request\ndata: {"));
}

TEST_CASE("An event contains only the beginning of a long head", "[webserver][live]")
{
    const std::string event =
        webserver::request_event(client(), "GET /" + std::string(60'000, 'a'), 1);
    CHECK(event.size() < 3000);
    CHECK_THAT(event, EndsWith("a\"}\n\n"));
}
