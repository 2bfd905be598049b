// The TCP connection to a mail server, which listens while it talks: a server may refuse a message
// long before all of it is sent (RFC 5321 §4.2.5, 552), and may stop reading then.
#pragma once

#include <string>

#include "common/tcp_socket.h"

namespace mail {

class Wire : public net::Stream {
public:
    explicit Wire(net::TcpStream below) : below_(std::move(below)) {}

    /// What came early first. With a deadline that has passed, what is there without waiting.
    std::size_t read(std::span<char> buffer, net::Deadline deadline) override;
    /// Keeps what comes meanwhile. Throws Error when the peer has spoken and then takes nothing for
    /// a second.
    void write(std::string_view bytes, net::Deadline deadline) override;

    /// Whether the peer has said something that has not been read (or has left).
    [[nodiscard]] bool has_news() const;
    [[nodiscard]] int descriptor() const { return below_.descriptor(); }

private:
    void wait_and_listen(net::Deadline deadline);
    void listen();

    net::TcpStream below_;
    std::string early_{};
    bool has_left_ = false; // its end of stream came early
};

} // namespace mail
