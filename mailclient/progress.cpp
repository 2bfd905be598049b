#include "mailclient/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "common/text/decimal.h"

namespace mail {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t large = 1'000'000; // bytes; smaller messages are sent too fast to show
constexpr std::string_view clear_line = "\r\033[K";

} // namespace

std::string progress_bar(std::uint64_t sent, std::uint64_t size)
{
    constexpr std::uint64_t width = 30;
    constexpr std::uint64_t whole = 100;
    const auto done = size == 0 ? whole : std::min(sent, size) * whole / size;
    const auto filled = done * width / whole;
    const std::string percent = std::to_string(done);
    return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "] " +
           std::string(3 - percent.size(), ' ') + percent + " %  " +
           net::size_text(std::min(sent, size)) + " of " + net::size_text(size);
}

Progress::Progress(bool wanted) : wanted_(wanted && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress()
{
    if (is_shown_) std::cerr << clear_line;
}

void Progress::update(std::uint64_t sent, std::uint64_t size)
{
    const auto now = std::chrono::steady_clock::now();
    if (!wanted_ || size < large || now < next_) return;
    constexpr auto interval = 100ms;
    next_ = now + interval;
    is_shown_ = true;
    std::cerr << std::string(clear_line) + progress_bar(sent, size);
}

} // namespace mail
