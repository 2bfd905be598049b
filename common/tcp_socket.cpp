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
#include "common/signals.h"
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

enum class Families { both, own };

FileDescriptor listen_on(const Address& address, Families families)
{
    FileDescriptor socket = open_socket(address.family(), SOCK_STREAM);
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1); // accepted sockets inherit it, tcp(7)
    if (address.family() == AF_INET6)
        set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, families == Families::own ? 1 : 0);

    if (::bind(socket.get(), address.data(), address.size()) == -1 ||
        ::listen(socket.get(), SOMAXCONN) == -1) {
        const int cause = errno;
        const bool needs_root = cause == EACCES && address.port() < 1024;
        throw Error("listen on " + address.text() + ": " + reason(cause) +
                        (needs_root ? " (ports below 1024 need root)" : ""),
                    cause);
    }
    return socket;
}

/// Falls back to IPv4 on a host without IPv6.
FileDescriptor listen_on_all(std::uint16_t port)
try {
    return listen_on(Address::any_ipv6(port), Families::both);
} catch (const Error& error) {
    if (error.cause() != EAFNOSUPPORT && error.cause() != EADDRNOTAVAIL) throw;
    return listen_on(Address::any_ipv4(port), Families::own);
}

/// The position of a socket with a client, from `start` on; nothing once a stop was requested.
/// accept(2) will not block then: on Linux a connection that was closed again stays in the queue,
/// and no other thread takes it.
std::optional<std::size_t> wait_for_client(std::span<const FileDescriptor> listeners,
                                           std::size_t start)
{
    std::vector<pollfd> waiting{{interruption(), POLLIN, 0}};
    for (const FileDescriptor& listener : listeners)
        waiting.push_back({listener.get(), POLLIN, 0});
    while (::poll(waiting.data(), waiting.size(), -1) == -1)
        if (errno != EINTR) fail("wait for a client");
    if (waiting.front().revents != 0) return std::nullopt;
    std::size_t place = start % listeners.size();
    while (waiting[1 + place].revents == 0)
        place = (place + 1) % listeners.size();
    return place;
}

bool is_interrupted_within(milliseconds timeout)
{
    pollfd waiting{interruption(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(timeout.count())) == 1;
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

TcpListener::TcpListener(std::uint16_t port, std::span<const std::string> names)
{
    for (const std::string& name : names)
        listen_on_name(name, sockets_.empty() ? port : local().port());
    if (names.empty()) listen_on_name({}, port);
}

void TcpListener::listen_on_name(const std::string& name, std::uint16_t port)
{
    if (is_everywhere(name)) {
        sockets_.push_back(listen_on_all(port));
        return;
    }
    std::optional<Error> missing;
    const std::size_t before = sockets_.size();
    for (const Address& address : resolve(name, port, SOCK_STREAM))
        try {
            const std::uint16_t chosen = sockets_.empty() ? port : local().port();
            sockets_.push_back(listen_on(address.with_port(chosen), Families::own));
        } catch (const Error& error) {
            if (error.cause() != EADDRNOTAVAIL && error.cause() != EAFNOSUPPORT) throw;
            missing = error;
        }
    if (sockets_.size() == before && missing) throw Error(*missing);
}

std::optional<TcpStream> TcpListener::accept()
{
    while (const auto ready = wait_for_client(sockets_, next_)) {
        next_ = *ready + 1;
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        auto* address = reinterpret_cast<sockaddr*>(&storage);
        FileDescriptor client(::accept4(sockets_[*ready].get(), address, &size, SOCK_CLOEXEC));
        if (client) return TcpStream(std::move(client), Address(address, size));

        switch (errno) {
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            if (is_interrupted_within(10ms)) return std::nullopt;
            break;
        case EBADF:
        case EINVAL:
        case ENOTSOCK: fail("accept a client");
        default: // an error of this connection only, accept(2): try the next one
            break;
        }
    }
    return std::nullopt;
}

} // namespace net
