#include "common/http/date.h"

#include "catch.h"

#include <array>
#include <ctime>

using namespace std::chrono;
using http::format_date;
using http::parse_date;

namespace {

const sys_seconds rfc_example = sys_days(1994y / November / 6) + 8h + 49min + 37s;

/// The C library's text for a time, in the C locale.
std::string c_library(const char* format, sys_seconds time)
{
    const std::time_t seconds = time.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

} // namespace

TEST_CASE("The RFC's example is parsed in all three forms and formatted in the first",
          "[common][http][date]")
{
    CHECK(format_date(rfc_example) == "Sun, 06 Nov 1994 08:49:37 GMT");
    for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994"}) {
        const std::string_view whole = text;
        CAPTURE(whole);
        CHECK(parse_date(whole) == rfc_example);
        for (std::size_t size = 0; size < whole.size(); ++size)
            CHECK_FALSE(parse_date(whole.substr(0, size)));
        CHECK_FALSE(parse_date(std::string(whole) + " "));
        CHECK_FALSE(parse_date(" " + std::string(whole)));
        CHECK_FALSE(parse_date(std::string(whole) + '\0'));
    }
}

TEST_CASE("Every day from 1970 to 2100 is formatted as by the C library and parsed back",
          "[common][http][date]")
{
    int count = 0;
    for (sys_days day = 1970y / January / 1; day <= sys_days(2100y / December / 31);
         day += days(1)) {
        const sys_seconds time = day + seconds(count++ * 7919 % 86400);
        const std::string text = format_date(time);
        if (text != c_library("%a, %d %b %Y %H:%M:%S GMT", time) || parse_date(text) != time ||
            parse_date(c_library("%a %b %e %H:%M:%S %Y", time)) != time ||
            parse_date(c_library("%A, %d-%b-%y %H:%M:%S GMT", time), time) != time)
            FAIL(text);
    }
    CHECK(count == 47'847);
}

TEST_CASE("Years of fewer than four digits are padded, and times before 1970 work",
          "[common][http][date]")
{
    CHECK(format_date(sys_days(0y / January / 1)) == "Sat, 01 Jan 0000 00:00:00 GMT");
    CHECK(format_date(sys_days(9999y / December / 31) + 86399s) == "Fri, 31 Dec 9999 23:59:59 GMT");
    CHECK(format_date(sys_seconds(-1s)) == "Wed, 31 Dec 1969 23:59:59 GMT");
    for (const year y : {0y, 1y, 999y, 1582y, 9999y})
        CHECK(parse_date(format_date(sys_days(y / March / 1))) == sys_days(y / March / 1));
}

TEST_CASE("Text that is not a date is refused", "[common][http][date]")
{
    for (const char* text : {
             "",
             "now",
             "784111777",
             "Thu, 31 Feb 1994 08:49:37 GMT", // no such day
             "Sun, 31 Nov 1994 08:49:37 GMT",
             "Wed, 29 Feb 2023 08:49:37 GMT",
             "Mon, 29 Feb 2100 08:49:37 GMT",
             "Sun, 00 Nov 1994 08:49:37 GMT",
             "Sun, 32 Nov 1994 08:49:37 GMT",
             "Sun Nov  0 08:49:37 1994",
             "Sun, 06 Nov 1994 24:00:00 GMT", // no such time
             "Sun, 06 Nov 1994 08:60:37 GMT",
             "Sun, 06 Nov 1994 08:49:61 GMT",
             "Son, 06 Nov 1994 08:49:37 GMT", // no such name; names are case-sensitive (§5.6.7)
             "sun, 06 Nov 1994 08:49:37 GMT",
             "Sun, 06 NOV 1994 08:49:37 GMT",
             "Sun, 06 Okt 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:37 gmt",
             "Sun, 06 Nov 1994 08:49:37 UTC",
             "Sun, 06 Nov 1994 08:49:37 +0000",
             "Sun, 06 Nov 1994 08:49:37",
             "Sun, 6 Nov 1994 08:49:37 GMT", // no such form
             "Sun,  6 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994  8:49:37 GMT",
             "Sun, 06 Nov 94 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49 GMT",
             "Sun, 06 11 1994 08:49:37 GMT",
             "Sun, +6 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov -994 08:49:37 GMT",
             "Sun, 06 Nov 11994 08:49:37 GMT",
             "06 Nov 1994 08:49:37 GMT",
             "Sun 06 Nov 1994 08:49:37 GMT",
             "Sunday, 06 Nov 1994 08:49:37 GMT", // a mixture of two forms
             "Sun, 06-Nov-94 08:49:37 GMT",
             "Sunday, 06-Nov-1994 08:49:37 GMT",
             "Sun Nov 6 08:49:37 1994",
             "Sun Nov  6 08:49:37 1994 GMT",
             "Sun Nov  6 08:49:37 94",
             "1994-11-06T08:49:37Z",
         }) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text));
    }
}

TEST_CASE("A wrong weekday, a leap second and a zero before the day are accepted",
          "[common][http][date]")
{
    CHECK(parse_date("Mon, 06 Nov 1994 08:49:37 GMT") == rfc_example);
    CHECK(parse_date("Sun Nov 06 08:49:37 1994") == rfc_example);
    CHECK(parse_date("Sat, 31 Dec 2016 23:59:60 GMT") == sys_days(2017y / January / 1));
    CHECK(parse_date("Thu, 29 Feb 2024 00:00:00 GMT") == sys_days(2024y / February / 29));
}

TEST_CASE("A two-digit year is at most fifty years ahead", "[common][http][date]")
{
    struct Row {
        sys_days now;
        const char* text;
        year read;
    };
    const sys_days summer = 2026y / July / 1;
    for (const auto& [now, text, read] : {
             Row{summer, "Sunday, 06-Nov-94 08:49:37 GMT", 1994y},
             {summer, "Sunday, 06-Nov-00 08:49:37 GMT", 2000y},
             {summer, "Sunday, 06-Nov-26 08:49:37 GMT", 2026y},
             {summer, "Sunday, 06-Nov-75 08:49:37 GMT", 2075y},
             {summer, "Sunday, 06-Nov-77 08:49:37 GMT", 1977y},
             {summer, "Sunday, 06-Nov-99 08:49:37 GMT", 1999y},
             {2000y / January / 1, "Sunday, 06-Nov-49 08:49:37 GMT", 2049y},
             {2000y / January / 1, "Sunday, 06-Nov-51 08:49:37 GMT", 1951y},
         }) {
        CAPTURE(text);
        REQUIRE(parse_date(text, now));
        CHECK(year_month_day(floor<days>(*parse_date(text, now))).year() == read);
    }
}

TEST_CASE("The fifty-year limit is exact to the second, not by the year", "[common][http][date]")
{
    // RFC 9110 §5.6.7 speaks of a timestamp.
    const sys_days now = 2026y / July / 1;
    CHECK(parse_date("Tuesday, 30-Jun-76 00:00:00 GMT", now) == sys_days(2076y / June / 30));
    CHECK(parse_date("Friday, 02-Jul-76 00:00:00 GMT", now) == sys_days(1976y / July / 2));
}
