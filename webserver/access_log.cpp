#include "webserver/access_log.h"

#include <array>
#include <ctime>
#include <new>

#include "common/text/ascii.h"

namespace webserver {
namespace {

std::string shown(std::string_view text)
{
    constexpr std::size_t longest = 1000; // three of them are less than PIPE_BUF, so that a write
                                          // to a pipe is atomic (pipe(7))
    return text.empty() ? "-" : net::escaped(text.substr(0, longest)).substr(0, longest);
}

std::string log_time(std::chrono::system_clock::time_point time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{}; // strftime's month depends on the locale
    const std::size_t day = std::strftime(text.data(), text.size(), "%d/", &local);
    std::string result(text.data(), day);
    result += months[static_cast<std::size_t>(local.tm_mon)];
    const std::size_t rest = std::strftime(text.data(), text.size(), "/%Y:%H:%M:%S %z", &local);
    return result.append(text.data(), rest);
}

} // namespace

std::string combined_log_line(const LogEntry& entry)
{
    return entry.client + " - - [" + log_time(entry.time) + "] \"" + shown(entry.request_line) +
           "\" " + std::to_string(entry.status) + " " + std::to_string(entry.body_size) + " \"" +
           shown(entry.referer) + "\" \"" + shown(entry.user_agent) + "\"\n";
}

void AccessLog::write(const LogEntry& entry) const noexcept
try {
    lines_.write(combined_log_line(entry));
} catch (const std::bad_alloc&) {
    return; // a lost log line is better than a lost response
}

} // namespace webserver
