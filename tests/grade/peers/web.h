// A web server under test, and a client that writes and reads its bytes one by one if need be. It
// shares no HTTP code with our programs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/tcp_socket.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// What a server answered.
struct Answer {
    int status = 0;
    std::string head; // with its empty line
    std::string body;

    /// The value of the first header line of that name (any case); empty when there is none.
    [[nodiscard]] std::string field(std::string_view name) const;
};

/// One connection to a server.
class Client {
public:
    explicit Client(std::uint16_t port);

    void send(std::string_view bytes);
    /// No more from us.
    void finish() { stream_.shutdown_writing(); }
    /// The next answer; its body is as long as Content-Length says, else it lasts until the end.
    /// `to_head`: it has no body. An Error when the stream ends before the answer does.
    Answer receive(bool to_head = false);
    /// The next `size` bytes of a body. An Error when the stream ends before.
    std::string receive_body(std::size_t size);
    /// Everything up to the end of the stream.
    std::string receive_rest();
    /// Whether there is data to receive. Does not wait.
    bool has_bytes();
    /// Whether the server has closed (waits for it, or for bytes).
    bool is_closed();
    [[nodiscard]] net::TcpStream& stream() { return stream_; }

private:
    std::string receive_head(net::Deadline deadline);

    net::TcpStream stream_;
    net::Reader reader_;
};

/// A program that serves the folder it is started in on the port that is its first argument.
class WebServer {
public:
    /// Starts $WEBSERVER and waits until it listens.
    explicit WebServer(const std::filesystem::path& site,
                       const std::vector<std::string>& more_arguments = {},
                       const std::string& command = command_of("WEBSERVER"));

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] Process& process() { return process_; }
    [[nodiscard]] const Process& process() const { return process_; }
    /// One request on a connection of its own.
    [[nodiscard]] Answer ask(std::string_view request) const;
    /// GET of a path.
    [[nodiscard]] Answer get(const std::string& path) const;

private:
    std::uint16_t port_;
    Process process_;
};

} // namespace grade
