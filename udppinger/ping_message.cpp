#include "udppinger/ping_message.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/number.h"

namespace udppinger {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr std::size_t longest_numbers = 48; // two numbers of 64 bits, a point, six digits, a blank

struct Unit {
    microseconds length; // zero for nanoseconds
    std::string_view name;
};
constexpr auto units = std::to_array<Unit>(
    {{1s, "seconds"}, {1ms, "milliseconds"}, {1us, "microseconds"}, {0us, "nanoseconds"}});

/// The time of "1700000000.123456", with one to any number of decimals, or none, and its unit.
void parse_time(std::string_view text, PingMessage& message)
{
    const auto point = std::min(text.find('.'), text.size());
    auto whole = net::parse_number(text.substr(0, point));
    const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
    const bool is_decimal = std::ranges::all_of(decimals, net::is_digit);
    if (!whole || !is_decimal || (decimals.empty() && point < text.size())) return;

    constexpr std::uint64_t longest = 9'000'000'000; // within 64 bits of nanoseconds: the year 2255
    constexpr std::uint64_t thousand = 1000;
    const auto* unit = units.begin();
    for (std::uint64_t count = *whole; count > longest; count /= thousand)
        ++unit;
    if (unit >= units.end()) return;
    microseconds time = unit->length == 0us ? microseconds(*whole / thousand)
                                            : static_cast<std::int64_t>(*whole) * unit->length;
    microseconds part = unit->length;
    for (const char digit : decimals)
        time += (digit - '0') * (part /= 10);
    message.time = time;
    message.unit = unit->name;
}

/// Removes the next word and the blank behind it from `rest`; returns the word.
std::string_view take_word(std::string_view& rest)
{
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

std::size_t count_equal(std::string_view a, std::string_view b)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        count += net::to_lower(a[i]) == net::to_lower(b[i]) ? 1 : 0;
    return count;
}

} // namespace

MessageWriter::MessageWriter(std::string_view word, std::size_t size)
    : buffer_(std::string(word) + " "), head_(buffer_.size()), size_(size)
{
    for (std::size_t i = 0; buffer_.size() < std::max(size, head_ + longest_numbers); ++i)
        buffer_ += static_cast<char>('a' + i % 26);
}

std::string_view MessageWriter::write(std::uint64_t number, microseconds time)
{
    const auto digits = [](char* to, std::uint64_t value) {
        return std::to_chars(to, to + 20, value).ptr; // the longest has 20 digits
    };
    char* end = digits(buffer_.data() + head_, number);
    *end++ = ' ';
    end = digits(end, static_cast<std::uint64_t>(time / 1s));
    *end++ = '.';
    const auto fraction = static_cast<std::uint64_t>((time % 1s).count());
    digits(end, 1'000'000 + fraction); // a one, then six digits with their zeros
    std::copy(end + 1, end + 7, end);
    end += 6;
    const auto length = static_cast<std::size_t>(end - buffer_.data());
    if (length < size_) *end = ' ';
    return std::string_view(buffer_).substr(0, std::max(length, size_));
}

std::string_view without_padding(std::string_view bytes)
{
    return bytes.substr(0, bytes.find_last_not_of('\0') + 1);
}

std::optional<PingMessage> parse_message(std::string_view bytes)
{
    std::string_view rest = without_line_end(without_padding(bytes));
    PingMessage message;
    message.word = take_word(rest);
    message.number_text = take_word(rest);
    message.time_text = take_word(rest);
    if (!rest.empty()) message.filling = {rest.data() - 1, rest.size() + 1};

    const auto number = net::parse_number(message.number_text);
    const bool is_ours = net::equal_ignoring_case(message.word, ping_word) ||
                         net::equal_ignoring_case(message.word, heartbeat_word);
    if (!is_ours || !number) return std::nullopt;
    message.number = *number;
    parse_time(message.time_text, message);
    return message;
}

bool is_heartbeat(std::string_view bytes)
{
    const std::string_view word = bytes.substr(0, heartbeat_word.size());
    return net::equal_ignoring_case(word, heartbeat_word) && parse_message(bytes);
}

std::string_view without_line_end(std::string_view text)
{
    for (const char end : {'\n', '\r'})
        if (text.ends_with(end)) text.remove_suffix(1);
    return text;
}

bool answers(std::string_view reply, std::string_view sent)
{
    return net::equal_ignoring_case(without_line_end(without_padding(reply)), sent);
}

bool is_cut_answer(std::string_view reply, std::string_view sent)
{
    const std::string_view text = without_line_end(without_padding(reply));
    const std::size_t end_of_number = sent.find(' ', sent.find(' ') + 1);
    return text.size() >= end_of_number && text.size() < sent.size() &&
           net::equal_ignoring_case(text, sent.substr(0, text.size()));
}

double similarity(std::string_view reply, std::string_view sent)
{
    const std::string_view text = without_padding(reply);
    const std::size_t compared = std::min(text.size(), sent.size());
    constexpr std::size_t enough = 8; // fewer bytes may agree by chance
    if (compared < enough) return 0;
    return static_cast<double>(count_equal(text, sent)) / static_cast<double>(compared);
}

} // namespace udppinger
