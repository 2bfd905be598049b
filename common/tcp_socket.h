// Blocking TCP sockets: a connected stream, and the listener that waits for clients.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/stream.h"

namespace net {

/// A TCP connection. Every wait is bounded by the kernel's SO_RCVTIMEO and SO_SNDTIMEO, set to what
/// is left of the deadline.
class TcpStream : public Stream {
public:
    /// Connects to the first address of `host` that answers; a dead one leaves time for those after
    /// it. The Error names each address with its reason.
    [[nodiscard]] static TcpStream connect(const std::string& host, std::uint16_t port,
                                           Deadline deadline);
    /// The same with addresses that are known already (and have been judged, perhaps): no other is
    /// connected to. `name` is for the Error.
    [[nodiscard]] static TcpStream connect(std::span<const Address> addresses,
                                           const std::string& name, Deadline deadline);

    /// Takes over a connected socket.
    TcpStream(FileDescriptor socket, const Address& peer);

    std::size_t read(std::span<char> buffer, Deadline deadline) override;
    void write(std::string_view bytes, Deadline deadline) override;

    /// What has arrived, without waiting: the count of bytes put into `buffer`, 0 at the end of
    /// stream, nothing when nothing has come.
    std::optional<std::size_t> read_now(std::span<char> buffer);
    /// Sends what the socket takes without waiting, of both as if they were one: the count of
    /// bytes.
    std::size_t write_now(std::string_view bytes, std::string_view more = {});
    /// Bytes that were sent but have not arrived at the peer's machine. A socket that has no room
    /// for long may still send: it is when these get no fewer that the peer takes nothing.
    [[nodiscard]] std::size_t untaken() const;

    /// Sends `count` bytes of a regular file from `offset` on, without copying them through this
    /// process. An Error when the file has become shorter than that. sendfile(2) knows no
    /// MSG_NOSIGNAL: a program that calls this ignores SIGPIPE, as catch_interrupts() does.
    void send_file(const FileDescriptor& file, std::uint64_t offset, std::uint64_t count,
                   Deadline deadline);

    /// No more bytes from us: the peer reads an end of stream. It may still send.
    void shutdown_writing() noexcept;
    /// To be called before the last of us is closed while the peer may still send: that would lose
    /// to a reset what we have sent (RFC 9112 §9.6). No more from us; what comes is read, to
    /// nobody's use, until the peer ends, says nothing for 5 seconds or the 30th is over.
    void see_off() noexcept;
    /// No more bytes from the peer: a read that waits for them, in any thread, returns the end of
    /// stream.
    void shutdown_reading() noexcept;
    /// Both: reads and writes under way, in any thread, end at once.
    void shutdown() noexcept;

    /// When it is closed, the peer gets a reset instead of an end of stream, and what it has not
    /// been sent is lost: it can't take what it has for the whole.
    void end_with_reset() noexcept;

    /// Lets go of `companion` once the connection is closed, wherever it has been moved to.
    void accompany(std::shared_ptr<void> companion) { companion_ = std::move(companion); }

    [[nodiscard]] const Address& peer() const { return peer_; }
    /// For epoll(7).
    [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
    /// One of the socket's two time-outs, and what it was last set to; 0 is for ever, as in the
    /// kernel.
    struct Timer {
        int option; // SO_RCVTIMEO or SO_SNDTIMEO
        std::chrono::milliseconds patience{0};
    };
    void limit(Timer& timer, Deadline deadline, const char* attempt);
    void connect_by(Deadline deadline);
    [[noreturn]] void fail_with(const char* attempt) const;
    [[nodiscard]] std::string described(const char* attempt) const;

    std::shared_ptr<void> companion_; // before the socket, so that it goes after it
    FileDescriptor socket_;
    Address peer_;
    Timer receiving_{.option = SO_RCVTIMEO};
    Timer sending_{.option = SO_SNDTIMEO};
};

/// A socket that clients connect to.
class TcpListener {
public:
    /// Listens on `port` (0: the kernel chooses) of the address or name `bind`, or of every address
    /// of both families (is_everywhere). An Error says which address it was and, for a port below
    /// 1024, who may use it.
    explicit TcpListener(std::uint16_t port, const std::string& bind = {});

    /// Waits for the next client; nothing once somebody asked us to stop (signals.h). Short of
    /// descriptors or memory it waits for some to come free.
    [[nodiscard]] std::optional<TcpStream> accept();

    /// Where it listens, with the port that the kernel chose.
    [[nodiscard]] Address local() const { return local_address(socket_.get()); }

private:
    FileDescriptor socket_;
};

} // namespace net
