#include "proxy/status/log.h"

#include <array>
#include <ctime>
#include <new>

#include "common/text/ascii.h"
#include "common/text/decimal.h"

namespace proxy {
namespace {

/// The text as one word, so that the fields after it keep their position in the line.
std::string as_word(std::string_view text)
{
    constexpr std::size_t longest = 2000; // the line stays below PIPE_BUF: an atomic write
    std::string word;
    for (const char c : net::escaped(text.substr(0, longest)))
        word += c == ' ' ? net::hex_escape(c) : std::string(1, c);
    return word.empty() ? "-" : word.substr(0, longest);
}

std::string clock_time(std::chrono::system_clock::time_point time)
{
    const std::time_t whole_seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    ::localtime_r(&whole_seconds, &local);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%F %T", &local);
    return {text.data(), size};
}

} // namespace

std::string log_line(const LogEntry& entry, std::chrono::system_clock::time_point time)
{
    const double duration = std::chrono::duration<double>(entry.took).count();
    std::string line = clock_time(time);
    line += " " + entry.client + " " + as_word(entry.method) + " " + as_word(entry.target) + " " +
            std::to_string(entry.status) + " " + std::to_string(entry.sent) + " B " +
            net::decimal(duration, 3) + " s ";
    line += entry.verdict.empty() ? "-" : entry.verdict;
    return line += '\n';
}

void Log::write(const LogEntry& entry) const noexcept
try {
    if (lines_.is_on()) lines_.write(log_line(entry, std::chrono::system_clock::now()));
} catch (const std::bad_alloc&) {
    return; // a lost line is better than a lost response
}

} // namespace proxy
