#include "mailclient/smtp/duplex_stream.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/error.h"

namespace mail {
namespace {

using namespace std::chrono_literals;

/// Bytes of early replies to buffer; more waits in the kernel.
constexpr std::size_t most_early = 65536;
constexpr auto grace = 1s; // for a peer to resume reading after an early reply

} // namespace

std::size_t DuplexStream::read(std::span<char> buffer, net::Deadline deadline)
{
    if (!early_.empty()) {
        const std::size_t count = early_.copy(buffer.data(), buffer.size());
        early_.erase(0, count);
        return count;
    }
    if (has_ended_) return 0;
    if (!deadline.passed()) return below_.read(buffer, deadline);
    if (const auto count = below_.read_now(buffer)) return *count;
    throw net::Timeout("read from " + below_.peer().text());
}

void DuplexStream::write(std::string_view bytes, net::Deadline deadline)
{
    for (;;) {
        bytes.remove_prefix(below_.write_now(bytes));
        if (bytes.empty()) return;
        wait_until_writable(deadline);
    }
}

/// Waits until the socket is writable; buffers input meanwhile.
void DuplexStream::wait_until_writable(net::Deadline deadline)
{
    for (;;) {
        const bool has_early_reply = has_ended_ || !early_.empty();
        const bool listens = !has_ended_ && early_.size() < most_early;
        const auto until =
            has_early_reply ? net::Deadline::earlier(deadline, net::Deadline::in(grace)) : deadline;
        pollfd waiting{below_.descriptor(),
                       static_cast<short>(listens ? POLLOUT | POLLIN : POLLOUT), 0};
        const int count = ::poll(&waiting, 1, until.poll_timeout());
        if (count == -1 && errno != EINTR) net::fail("wait for " + below_.peer().text());
        if (count == 0 && deadline.passed()) throw net::Timeout("write to " + below_.peer().text());
        if (count == 0 && has_early_reply && until.passed())
            throw net::Error("write to " + below_.peer().text() + ": the peer has stopped reading");
        if (count == 1 && (waiting.revents & POLLIN) != 0) listen();
        if (count == 1 && (waiting.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) return;
    }
}

void DuplexStream::listen()
{
    std::array<char, 4096> piece{};
    const auto count = below_.read_now(piece);
    if (count) early_.append(piece.data(), *count);
    if (count && *count == 0) has_ended_ = true;
}

bool DuplexStream::has_input() const
{
    if (has_ended_ || !early_.empty()) return true;
    pollfd waiting{below_.descriptor(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
}

} // namespace mail
