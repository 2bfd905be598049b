#include "webserver/access_log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <iostream>

#include "common/ascii.h"
#include "common/error.h"

namespace webserver {
namespace {

std::string shown(std::string_view text)
{
    constexpr std::size_t longest = 1000; // three of them stay below PIPE_BUF: such a line is
                                          // written whole or not at all, even to a pipe
    return text.empty() ? "-" : net::escaped(text.substr(0, longest)).substr(0, longest);
}

std::string log_time(std::chrono::system_clock::time_point time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{}; // the month by hand: strftime's follows the locale
    const std::size_t day = std::strftime(text.data(), text.size(), "%d/", &local);
    std::string result(text.data(), day);
    result += months[static_cast<std::size_t>(local.tm_mon)];
    const std::size_t rest = std::strftime(text.data(), text.size(), "/%Y:%H:%M:%S %z", &local);
    return result.append(text.data(), rest);
}

net::FileDescriptor open_log(const std::string& name)
{
    constexpr int how = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    constexpr mode_t ours = 0640; // it tells who asked for what
    net::FileDescriptor file(::open(name.c_str(), how, ours));
    if (!file) net::fail("open the log " + name);
    return file;
}

} // namespace

std::string combined_log_line(const LogEntry& entry)
{
    return entry.client + " - - [" + log_time(entry.time) + "] \"" + shown(entry.request_line) +
           "\" " + std::to_string(entry.status) + " " + std::to_string(entry.body_size) + " \"" +
           shown(entry.referer) + "\" \"" + shown(entry.user_agent) + "\"\n";
}

AccessLog::AccessLog(const std::string& name) : name_(name)
{
    if (name == "none") return;
    if (name == "-") {
        destination_ = STDOUT_FILENO;
        return;
    }
    file_ = open_log(name);
    destination_ = file_.get();
}

void AccessLog::reopen() noexcept
try {
    const net::FileDescriptor fresh = open_log(name_);
    if (::dup3(fresh.get(), file_.get(), O_CLOEXEC) == -1) net::fail("reopen the log " + name_);
} catch (const std::exception& error) {
    std::cerr << std::string("webserver: ") + error.what() + "\n";
}

void AccessLog::write(const LogEntry& entry) const noexcept
try {
    const std::string line = combined_log_line(entry);
    int cause = EAGAIN; // a pipe whose reader is asleep must not put the server to sleep, too
    if (pollfd log{destination_, POLLOUT, 0}; ::poll(&log, 1, 0) != 0)
        cause = ::write(destination_, line.data(), line.size()) == -1 ? errno : 0;
    if (cause == 0) return;
    static std::atomic<bool> told = false;
    if (!told.exchange(true))
        std::cerr << "webserver: write the access log: " + net::reason(cause) + "\n";
} catch (const std::bad_alloc&) {
    return; // a lost line is better than a lost answer
}

} // namespace webserver
