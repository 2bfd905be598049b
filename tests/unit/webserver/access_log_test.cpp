#include "webserver/access_log.h"

#include "catch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "tests/unit/child.h"

using namespace std::chrono;
using namespace std::string_literals;
using webserver::combined_log_line;
using webserver::LogEntry;

namespace {

/// Sets the local time zone; restores it at the end of the scope.
class TimeZone {
public:
    explicit TimeZone(const char* name)
    {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;
    ~TimeZone()
    {
        if (before_.empty())
            ::unsetenv("TZ");
        else
            ::setenv("TZ", before_.c_str(), 1);
        ::tzset();
    }

private:
    std::string before_;
};

const auto morning = sys_days(2026y / November / 22) + 8h + 15min;

LogEntry entry(std::string_view request_line, std::string_view referer = {},
               std::string_view user_agent = {})
{
    return {.client = "192.0.2.1",
            .time = morning,
            .request_line = request_line,
            .status = 200,
            .body_sent = 4721,
            .referer = referer,
            .user_agent = user_agent};
}

} // namespace

TEST_CASE("A request is logged in the Combined Log Format", "[webserver][access_log]")
{
    const TimeZone utc("UTC");
    CHECK(combined_log_line(entry("GET / HTTP/1.1", "http://a/", "curl/7.88.1")) ==
          "192.0.2.1 - - [22/Nov/2026:08:15:00 +0000] \"GET / HTTP/1.1\" 200 4721 \"http://a/\" "
          "\"curl/7.88.1\"\n");
    const LogEntry nothing{
        .client = "2001:db8::1", .time = morning, .request_line = "", .status = 408};
    CHECK(combined_log_line(nothing) ==
          "2001:db8::1 - - [22/Nov/2026:08:15:00 +0000] \"-\" 408 0 \"-\" \"-\"\n");
}

TEST_CASE("The time is local", "[webserver][access_log]")
{
    const TimeZone east("CET-1");
    CHECK_THAT(combined_log_line(entry("")), Contains(" [22/Nov/2026:09:15:00 +0100] "));
    const TimeZone west("XST+9:30");
    CHECK_THAT(combined_log_line(entry("")), Contains(" [21/Nov/2026:22:45:00 -0930] "));
}

TEST_CASE("Client input can neither forge an entry nor control a terminal",
          "[webserver][access_log]")
{
    struct Row {
        std::string_view text, logged;
    };
    using namespace std::string_view_literals;
    for (const auto& [text, logged] : {
             Row{"a\" 200 0 \"", "a\\x22 200 0 \\x22"},
             {"a\r\n192.0.2.9 - - ", "a\\x0d\\x0a192.0.2.9 - - "},
             {"\x1b]0;title\a\x1b[2J", "\\x1b]0;title\\x07\\x1b[2J"},
             {"\\x22", "\\x5cx22"}, // so that no client can forge an escape
             {"a\0b\x7f\t"sv, "a\\x00b\\x7f\\x09"},
             {"~ !#", "~ !#"},
         }) {
        CAPTURE(text);
        const auto quoted = "\"" + std::string(logged) + "\"";
        CHECK_THAT(combined_log_line(entry(text)),
                   Contains(" " + quoted + " 200 4721 \"-\" \"-\"\n"));
        CHECK_THAT(combined_log_line(entry("", text)), Contains(" " + quoted + " \"-\"\n"));
        CHECK_THAT(combined_log_line(entry("", "", text)), Contains(" \"-\" " + quoted + "\n"));
    }
}

TEST_CASE("Every control byte is escaped, so that an entry stays one line",
          "[webserver][access_log]")
{
    std::string all;
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    const std::string line = combined_log_line(entry(all, all, all));
    CHECK(std::ranges::count(line, '\n') == 1);
    CHECK(std::ranges::count(line, '"') == 6);
    CHECK(std::ranges::none_of(line.substr(0, line.size() - 1), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
    }));
}

TEST_CASE("C1 control characters are escaped", "[webserver][access_log]")
{
    // C1: U+009B is CSI, the same as ESC [. A terminal acts on it in UTF-8, some on the byte alone.
    CHECK_THAT(combined_log_line(entry("GET /\xc2\x9b"s + "2J HTTP/1.1")), !Contains("\xc2\x9b"));
    CHECK_THAT(combined_log_line(entry("GET /\x9b"s + "2J HTTP/1.1")), !Contains("\x9b"));
}

TEST_CASE("Only the beginning of a very long request line is logged", "[webserver][access_log]")
{
    const std::string line = combined_log_line(entry(std::string(100'000, 'a')));
    CHECK(line.size() < 10'000);
    CHECK_THAT(line, Contains("\"" + std::string(900, 'a')));
}

TEST_CASE("Lines from several threads do not mix", "[webserver][access_log]")
{
    const LogEntry one = entry(std::string_view("GET /1 HTTP/1.1"));
    const webserver::AccessLog log("-");
    const Ending ending = in_child([&] {
        std::array<std::jthread, 4> threads;
        for (std::jthread& thread : threads)
            thread = std::jthread([&] {
                for (int i = 0; i < 100; ++i)
                    log.write(one);
            });
        return 0;
    });
    std::string expected;
    for (int i = 0; i < 400; ++i)
        expected += combined_log_line(one);
    CHECK((ending.out == expected));
}

TEST_CASE("A failure to write the log is reported once, with the lost lines at the end",
          "[webserver][access_log]")
{
    const Ending ending = in_child([] {
        ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        const webserver::AccessLog log("-");
        log.write(entry("GET / HTTP/1.1"));
        log.write(entry("GET / HTTP/1.1"));
        return 0;
    });
    CHECK(ending.err == "webserver: write the log: No space left on device\n"
                        "webserver: 2 lines of the log were lost\n");
}

TEST_CASE("The log has the client that a trusted proxy names, and believes nobody else",
          "[webserver][access_log]")
{
    const webserver::AccessLog log("none",
                                   {net::AddressBlock("10.0.0.0/8"), net::AddressBlock("::1")});
    struct Row {
        std::string peer, fields, client;
    };
    for (const auto& [peer, fields, client] : {
             Row{"192.0.2.1", "X-Forwarded-For: 198.51.100.1\r\n", "192.0.2.1"},
             {"10.0.0.1", "", "10.0.0.1"},
             {"10.0.0.1", "X-Forwarded-For: 198.51.100.1\r\n", "198.51.100.1"},
             {"10.0.0.1", "X-Forwarded-For: 203.0.113.9, 198.51.100.1, 10.0.0.2\r\n",
              "198.51.100.1"},
             {"10.0.0.1", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 198.51.100.1:4711\r\n",
              "198.51.100.1"},
             {"10.0.0.1", "X-Forwarded-For: unknown\r\n", "10.0.0.1"},
             {"10.0.0.1", "X-Forwarded-For: 198.51.100.1, \r\n", "10.0.0.1"},
             {"::1", "Forwarded: for=198.51.100.1;proto=http;by=203.0.113.43\r\n", "198.51.100.1"},
             {"::1", "Forwarded: For=\"[2001:db8:cafe::17]:4711\"\r\n", "2001:db8:cafe::17"},
             {"::1", "Forwarded: for=_hidden\r\n", "::1"},
             {"::1", "Forwarded: for=192.0.2.7\r\nX-Forwarded-For: 192.0.2.8\r\n", "192.0.2.7"},
         }) {
        CAPTURE(peer, fields);
        const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        const auto parsed = http::parse_request(text);
        REQUIRE(std::holds_alternative<http::RequestHead>(parsed));
        CHECK(log.client_of(*net::parse_numeric(peer), &std::get<http::RequestHead>(parsed)) ==
              client);
    }
    CHECK(log.client_of(*net::parse_numeric("10.0.0.1"), nullptr) == "10.0.0.1");
}
