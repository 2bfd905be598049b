// A connected TCP stream on a blocking socket.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/address.h"
#include "common/file_descriptor.h"
#include "common/stream.h"

namespace net {

/// A TCP connection. Every wait is bounded by the kernel's SO_RCVTIMEO and SO_SNDTIMEO, set to the
/// time that remains until the deadline.
class TcpStream : public Stream {
public:
    /// Connects to the first address of `host` that accepts. Attempts overlap (RFC 8305), so that a
    /// dead address costs little. The Error names each address with its reason.
    [[nodiscard]] static TcpStream connect(const std::string& host, std::uint16_t port,
                                           Deadline deadline);
    /// The same with addresses that are resolved (and perhaps checked) already; no other is tried.
    /// `name` is for the Error.
    [[nodiscard]] static TcpStream connect(std::span<const Address> addresses,
                                           const std::string& name, Deadline deadline);

    /// Takes ownership of a connected socket.
    TcpStream(FileDescriptor socket, const Address& peer);

    std::size_t read(std::span<char> buffer, Deadline deadline) override;
    void write(std::string_view bytes, Deadline deadline) override;

    /// Reads without waiting: the count of bytes put into `buffer`, 0 at the end of stream, nullopt
    /// when no bytes have arrived.
    std::optional<std::size_t> read_now(std::span<char> buffer);
    /// Sends as much of `bytes` followed by `more` as the socket takes without waiting. Returns the
    /// count of bytes sent.
    std::size_t write_now(std::string_view bytes, std::string_view more = {});
    /// Bytes in the send queue that the peer's machine has not acknowledged. A full send buffer
    /// alone does not mean a stalled peer; a count that does not fall does.
    [[nodiscard]] std::size_t unacknowledged() const;

    /// For how long the peer's machine has taken no data although some is in the send queue; 0 when
    /// the queue is empty. From any thread.
    [[nodiscard]] std::chrono::milliseconds stalled_for() const;

    /// Sends `count` bytes of a regular file from `offset` on, without copying them through this
    /// process where the kernel can do that. Throws Error when the file has become shorter.
    /// sendfile(2) has no MSG_NOSIGNAL: the program must ignore SIGPIPE, as catch_interrupts()
    /// does.
    void send_file(const FileDescriptor& file, std::uint64_t offset, std::uint64_t count,
                   Deadline deadline);

    /// Bytes that the socket has taken since it was connected.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

    /// Ends sending: the peer reads an end of stream. The peer may still send.
    void shutdown_writing() noexcept;
    /// Call it before closing while the peer may still send: otherwise a reset may destroy bytes
    /// that were sent (RFC 9112 §9.6). Ends sending, then drains and discards input until the peer
    /// ends, is silent for 5 seconds, or 30 seconds have passed.
    void linger() noexcept;
    /// Ends reading: a read that waits, in any thread, returns the end of stream.
    void shutdown_reading() noexcept;
    /// Ends both: reads and writes in progress, in any thread, end at once.
    void shutdown() noexcept;

    /// Closing then sends a reset instead of an end of stream and drops unsent bytes, so that the
    /// peer does not take a partial message for a complete one.
    void end_with_reset() noexcept;

    /// Keeps `companion` until the connection is closed, even after a move.
    void hold_until_closed(std::shared_ptr<void> companion) { companion_ = std::move(companion); }

    [[nodiscard]] const Address& peer() const { return peer_; }
    /// For epoll(7).
    [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
    /// One of the socket's two time-outs with its last setting; 0 means no limit, as in the kernel.
    struct Timer {
        int option; // SO_RCVTIMEO or SO_SNDTIMEO
        std::chrono::milliseconds timeout{0};
    };
    void limit(Timer& timer, Deadline deadline, const char* attempt);
    void copy_file(const FileDescriptor& file, std::uint64_t offset, std::uint64_t count,
                   Deadline deadline);
    [[noreturn]] void fail_with(const char* attempt) const;
    [[nodiscard]] std::string described(const char* attempt) const;

    std::shared_ptr<void> companion_; // declared before the socket, so destroyed after it
    FileDescriptor socket_;
    Address peer_;
    Timer receiving_{.option = SO_RCVTIMEO};
    Timer sending_{.option = SO_SNDTIMEO};
    std::uint64_t sent_ = 0;
};

} // namespace net
