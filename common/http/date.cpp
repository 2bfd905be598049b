#include "common/http/date.h"

#include <algorithm>
#include <array>
#include <concepts>

#include "common/text/ascii.h"

namespace http {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct DateParts {
    int year = 0;
    int month = 0; // from 1
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

/// Parses `text` by a pattern: 'W' is a weekday's three letters, 'L' its whole name, 'N' a month's
/// three letters, 'd' 'h' 'm' 's' 'y' a digit of that number, 'D' a day's digit or a space. Every
/// other character stands for itself.
bool matches(std::string_view text, std::string_view pattern, DateParts& parts)
{
    const auto parse_name = [&text](const auto& names, std::size_t length) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto name = names[i].substr(0, length);
            if (!text.starts_with(name)) continue;
            text.remove_prefix(name.size());
            return static_cast<int>(i) + 1;
        }
        return 0;
    };
    const auto parse_digit = [&text](int& number) {
        if (text.empty() || !net::is_digit(text.front())) return false;
        number = number * 10 + (text.front() - '0');
        text.remove_prefix(1);
        return true;
    };
    const auto parse_literal = [&text](char literal) {
        if (!text.starts_with(literal)) return false;
        text.remove_prefix(1);
        return true;
    };
    const auto parse_part = [&](char part) {
        switch (part) {
        case 'W': return parse_name(weekdays, 3) != 0;
        case 'L': return parse_name(weekdays, std::string_view::npos) != 0;
        case 'N': return (parts.month = parse_name(months, 3)) != 0;
        case 'D': return parse_literal(' ') || parse_digit(parts.day);
        case 'd': return parse_digit(parts.day);
        case 'h': return parse_digit(parts.hour);
        case 'm': return parse_digit(parts.minute);
        case 's': return parse_digit(parts.second);
        case 'y': return parse_digit(parts.year);
        default: return parse_literal(part);
        }
    };
    return std::ranges::all_of(pattern, parse_part) && text.empty();
}

std::optional<sys_seconds> to_time(const DateParts& parts)
{
    const year_month_day date{year(parts.year), month(static_cast<unsigned>(parts.month)),
                              day(static_cast<unsigned>(parts.day))};
    constexpr int leap_second = 60;
    if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > leap_second)
        return std::nullopt;
    return sys_days(date) + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second);
}

/// RFC 850's year has two digits: a date more than 50 years ahead is put in the century before.
std::optional<sys_seconds> to_time_near(DateParts parts, sys_seconds now)
{
    constexpr int century = 100;
    const int this_year = static_cast<int>(year_month_day(floor<days>(now)).year());
    parts.year += this_year - this_year % century;
    const auto time = to_time(parts);
    if (time && *time <= now + years(50)) return time;
    parts.year -= century; // also for a 29 February that this century lacks
    return to_time(parts);
}

void put(std::string& text, std::size_t at, std::string_view word)
{
    text.replace(at, word.size(), word);
}

void put_two_digits(std::string& text, std::size_t at, std::integral auto number)
{
    text[at] = static_cast<char>('0' + number / 10 % 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
}

} // namespace

std::string format_date(sys_seconds time)
{
    const sys_days today = floor<days>(time);
    const year_month_day date(today);
    const hh_mm_ss clock(time - today);
    std::string text = "Thu, 01 Jan 1970 00:00:00 GMT";
    put(text, 0, weekdays[weekday(today).c_encoding()].substr(0, 3));
    put_two_digits(text, 5, static_cast<unsigned>(date.day()));
    put(text, 8, months[static_cast<unsigned>(date.month()) - 1]);
    put_two_digits(text, 12, static_cast<int>(date.year()) / 100);
    put_two_digits(text, 14, static_cast<int>(date.year()) % 100);
    put_two_digits(text, 17, clock.hours().count());
    put_two_digits(text, 20, clock.minutes().count());
    put_two_digits(text, 23, clock.seconds().count());
    return text;
}

std::optional<sys_seconds> parse_date(std::string_view text, sys_seconds today)
{
    if (DateParts parts; matches(text, "W, dd N yyyy hh:mm:ss GMT", parts)) return to_time(parts);
    if (DateParts parts; matches(text, "W N Dd hh:mm:ss yyyy", parts)) return to_time(parts);
    if (DateParts parts; matches(text, "L, dd-N-yy hh:mm:ss GMT", parts))
        return to_time_near(parts, today);
    return std::nullopt;
}

} // namespace http
