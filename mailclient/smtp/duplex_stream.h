// A TCP connection to a mail server that also reads while it writes: a server may refuse a message
// long before all of it is sent (RFC 5321 §4.2.5, 552), and may then stop reading.
#pragma once

#include <string>

#include "common/tcp_socket.h"

namespace mail {

class DuplexStream : public net::Stream {
public:
    explicit DuplexStream(net::TcpStream below) : below_(std::move(below)) {}

    /// Returns the input that write() has buffered first. After the deadline, reads without waiting
    /// and throws Timeout when there is no input.
    std::size_t read(std::span<char> buffer, net::Deadline deadline) override;
    /// Buffers input that arrives meanwhile. Throws Error when the peer has sent some and then
    /// accepts no bytes for a second.
    void write(std::string_view bytes, net::Deadline deadline) override;

    /// Whether there is unread input or an end of stream.
    [[nodiscard]] bool has_input() const;
    [[nodiscard]] int descriptor() const { return below_.descriptor(); }

private:
    void wait_until_writable(net::Deadline deadline);
    void listen();

    net::TcpStream below_;
    std::string early_{};
    bool has_ended_ = false; // write() has read the end of stream
};

} // namespace mail
