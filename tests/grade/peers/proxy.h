// A proxy under test, and origins behind it that a test scripts byte by byte.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/tcp_listener.h"
#include "tests/grade/peers/process.h"
#include "tests/grade/peers/web.h"

namespace grade {

/// One connection at an origin.
class OriginClient {
public:
    explicit OriginClient(net::TcpStream& stream) : stream_(stream), reader_(stream) {}

    /// The next request's head; empty when the client has closed.
    std::string head();
    /// The next `size` bytes.
    std::string bytes(std::size_t size);
    /// All bytes up to and including the text.
    std::string until(std::string_view text);
    void send(std::string_view bytes);
    /// Waits for the other side to close or reset the connection; false after the time limit.
    bool is_closed();
    [[nodiscard]] net::TcpStream& stream() { return stream_; }

private:
    net::TcpStream& stream_;
    net::Reader reader_;
};

/// An origin that runs the script for each connection, in a thread of its own.
class ScriptedOrigin {
public:
    using Script = std::function<void(OriginClient&)>;

    explicit ScriptedOrigin(Script script);
    ~ScriptedOrigin();
    ScriptedOrigin(const ScriptedOrigin&) = delete;
    ScriptedOrigin& operator=(const ScriptedOrigin&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "127.0.0.1:PORT"
    [[nodiscard]] std::string authority() const;
    /// "http://127.0.0.1:PORT" and the path.
    [[nodiscard]] std::string url(const std::string& path) const;
    /// The number of connections so far.
    [[nodiscard]] std::size_t connections() const;

private:
    void run();
    void serve(net::TcpStream& client);

    Script script_;
    net::TcpListener listener_;
    std::uint16_t port_;
    mutable std::mutex mutex_; // guards the members below
    bool is_over_ = false;
    std::list<net::TcpStream> clients_; // live as long as their threads
    std::vector<std::thread> threads_;
    std::thread listening_;
};

/// Sends the same bytes for every request of a connection, until one says Connection: close
/// (RFC 9112 §9.6); reads no bodies.
ScriptedOrigin::Script answering(const std::string& answer);

/// A proxy program, whose first argument is its port.
class Proxy {
public:
    explicit Proxy(const std::vector<std::string>& more_arguments = {},
                   const std::string& command = command_of("PROXY"));

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] Process& process() { return process_; }
    /// "GET URL" on a new connection.
    [[nodiscard]] Answer get(const std::string& url, const std::string& fields = {}) const;
    /// One request on a new connection; all bytes until its end.
    [[nodiscard]] std::string ask(std::string_view request) const;

private:
    ScratchFolder folder_;
    std::uint16_t port_;
    Process process_;
};

/// "GET URL HTTP/1.1", Host, the fields and the empty line.
std::string get_request(const std::string& url, const std::string& fields = {});

} // namespace grade
