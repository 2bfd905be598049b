#include "common/tcp_socket.h"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/happy_eyeballs.h"
#include "common/socket.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

void set_timeout(const FileDescriptor& socket, int option, milliseconds timeout)
{
    timeval value{};
    value.tv_sec = static_cast<time_t>(timeout / 1s);
    value.tv_usec = static_cast<suseconds_t>(timeout % 1s / 1us);
    if (::setsockopt(socket.get(), SOL_SOCKET, option, &value, sizeof value) == -1)
        fail("set a socket's time-out");
}

/// Rounded up, as the kernel takes 0 for no limit.
milliseconds timeout_until(Deadline deadline)
{
    if (deadline.is_never()) return 0ms;
    constexpr milliseconds longest = 24h;
    return std::chrono::ceil<milliseconds>(
        std::min<Deadline::Clock::duration>(deadline.remaining() + 1ns, longest));
}

/// A blocking socket's calls do not block while this exists.
class NonBlocking {
public:
    explicit NonBlocking(const FileDescriptor& socket) : socket_(socket)
    {
        set_blocking(socket_, false);
    }
    ~NonBlocking()
    {
        int is_nonblocking = 0;
        ::ioctl(socket_.get(), FIONBIO, &is_nonblocking); // it has worked once
    }
    NonBlocking(const NonBlocking&) = delete;
    NonBlocking& operator=(const NonBlocking&) = delete;

private:
    const FileDescriptor& socket_;
};

/// False when the deadline passes before the socket takes more bytes (or has failed).
bool wait_for_room(int socket, Deadline deadline)
{
    pollfd waiting{socket, POLLOUT, 0};
    while (!deadline.passed())
        if (::poll(&waiting, 1, deadline.poll_timeout()) == 1) return true;
    return false;
}

} // namespace

TcpStream::TcpStream(FileDescriptor socket, const Address& peer)
    : socket_(std::move(socket)), peer_(peer)
{
}

TcpStream TcpStream::connect(const std::string& host, std::uint16_t port, Deadline deadline)
{
    return connect(resolve(host, port, SOCK_STREAM), host_and_port(host, port), deadline);
}

TcpStream TcpStream::connect(std::span<const Address> addresses, const std::string& name,
                             Deadline deadline)
{
    ConnectedSocket connected = connect_to_any(addresses, name, deadline);
    return {std::move(connected.socket), connected.peer};
}

std::size_t TcpStream::read(std::span<char> buffer, Deadline deadline)
{
    for (;;) {
        limit(receiving_, deadline, "read from");
        const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN) fail_with("read from");
    }
}

void TcpStream::write(std::string_view bytes, Deadline deadline)
{
    while (!bytes.empty()) {
        limit(sending_, deadline, "write to");
        const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            sent_ += static_cast<std::uint64_t>(count);
        } else if (errno != EINTR && errno != EAGAIN) {
            fail_with("write to");
        }
    }
}

std::optional<std::size_t> TcpStream::read_now(std::span<char> buffer)
{
    for (;;) {
        const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno == EAGAIN) return std::nullopt;
        if (errno != EINTR) fail_with("read from");
    }
}

std::size_t TcpStream::unacknowledged() const
{
    int bytes = 0;
    if (::ioctl(socket_.get(), SIOCOUTQ, &bytes) == -1) fail_with("get the send queue size of");
    return static_cast<std::size_t>(bytes);
}

std::size_t TcpStream::write_now(std::string_view bytes, std::string_view more)
{
    const std::size_t size = bytes.size() + more.size();
    while (!bytes.empty() || !more.empty()) {
        std::array<iovec, 2> pieces{{{const_cast<char*>(bytes.data()), bytes.size()},
                                     {const_cast<char*>(more.data()), more.size()}}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        const ssize_t result = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (result == -1 && errno == EAGAIN) break;
        if (result == -1 && errno != EINTR) fail_with("write to");
        const auto count = static_cast<std::size_t>(std::max<ssize_t>(result, 0));
        more.remove_prefix(count - std::min(count, bytes.size()));
        bytes.remove_prefix(std::min(count, bytes.size()));
        sent_ += count;
    }
    return size - bytes.size() - more.size();
}

std::chrono::milliseconds TcpStream::stalled_for() const
{
    tcp_info info{};
    socklen_t size = sizeof info;
    int queued = 0;
    if (::ioctl(socket_.get(), SIOCOUTQ, &queued) == -1 || queued == 0 ||
        ::getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) == -1)
        return 0ms;
    return milliseconds(info.tcpi_last_data_sent);
}

/// sendfile(2) on a blocking socket starts its time-out again for each part that the peer takes, so
/// the socket is non-blocking for the call, and poll(2) waits.
void TcpStream::send_file(const FileDescriptor& file, std::uint64_t offset, std::uint64_t count,
                          Deadline deadline)
{
    auto position = static_cast<off_t>(offset);
    const NonBlocking while_sending(socket_);
    while (count > 0) {
        const ssize_t sent = ::sendfile(socket_.get(), file.get(), &position, count);
        if (sent == 0) throw Error("send a file: the file became shorter during the transfer");
        if (sent > 0) {
            count -= static_cast<std::uint64_t>(sent);
            sent_ += static_cast<std::uint64_t>(sent);
        } else if (errno == EAGAIN) {
            if (!wait_for_room(socket_.get(), deadline)) throw Timeout(described("write to"));
        } else if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM) {
            break; // a file system or a container without sendfile(2)
        } else if (errno != EINTR) {
            fail_with("send a file to");
        }
    }
    if (count > 0) copy_file(file, static_cast<std::uint64_t>(position), count, deadline);
}

void TcpStream::copy_file(const FileDescriptor& file, std::uint64_t offset, std::uint64_t count,
                          Deadline deadline)
{
    std::vector<char> piece(std::min<std::uint64_t>(count, std::uint64_t{64} * 1024));
    while (count > 0) {
        const ssize_t size =
            ::pread(file.get(), piece.data(), std::min<std::uint64_t>(count, piece.size()),
                    static_cast<off_t>(offset));
        if (size == -1 && errno == EINTR) continue;
        if (size == -1) fail_with("read the file for");
        if (size == 0) throw Error("send a file: the file became shorter during the transfer");
        for (std::string_view rest(piece.data(), static_cast<std::size_t>(size)); !rest.empty();) {
            rest.remove_prefix(write_now(rest));
            if (!rest.empty() && !wait_for_room(socket_.get(), deadline))
                throw Timeout(described("write to"));
        }
        offset += static_cast<std::uint64_t>(size);
        count -= static_cast<std::uint64_t>(size);
    }
}

void TcpStream::shutdown_writing() noexcept
{
    ::shutdown(socket_.get(), SHUT_WR);
}

void TcpStream::linger() noexcept
try {
    using namespace std::chrono_literals;
    shutdown_writing();
    std::array<char, std::size_t{16} * 1024> ignored{};
    const auto end = Deadline::in(30s);
    while (read(ignored, Deadline::earlier(end, Deadline::in(5s))) > 0) {
    }
} catch (const std::exception&) {
    return; // the peer is silent or gone
}

void TcpStream::shutdown_reading() noexcept
{
    ::shutdown(socket_.get(), SHUT_RD);
}

void TcpStream::shutdown() noexcept
{
    ::shutdown(socket_.get(), SHUT_RDWR);
}

void TcpStream::end_with_reset() noexcept
{
    const struct linger reset {
        .l_onoff = 1, .l_linger = 0
    }; // socket(7)
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

/// Before each wait: throws Timeout once the deadline has passed, else sets the kernel's time-out.
/// An unchanged time-out needs no system call.
void TcpStream::limit(Timer& timer, Deadline deadline, const char* attempt)
{
    if (deadline.passed()) throw Timeout(described(attempt));
    const milliseconds timeout = timeout_until(deadline);
    if (timeout == timer.timeout) return;
    set_timeout(socket_, timer.option, timeout);
    timer.timeout = timeout;
}

/// Throws the Error of the system call that has just failed.
void TcpStream::fail_with(const char* attempt) const
{
    const int cause = errno; // before anything else changes it
    fail(described(attempt), cause);
}

std::string TcpStream::described(const char* attempt) const
{
    return std::string(attempt) + " " + peer_.text();
}

} // namespace net
