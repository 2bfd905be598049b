// A web server that follows a test's script: the origin of the responses that the programs fetch.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/tcp_listener.h"

namespace grade {

class Origin {
public:
    /// Returns the response to a request's head. With an empty text the origin stays silent until
    /// the client closes.
    using Script = std::function<std::string(const std::string& head)>;

    /// Listens on `port`; 0: any free port.
    explicit Origin(Script script, const std::string& bind = "127.0.0.1", std::uint16_t port = 0);
    ~Origin();
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "http://127.0.0.1:PORT" and the path.
    [[nodiscard]] std::string url(const std::string& path) const;
    /// The heads of all requests so far.
    [[nodiscard]] std::vector<std::string> requests() const;

private:
    void run();
    void serve(net::TcpStream& client);

    Script script_;
    net::TcpListener listener_;
    std::uint16_t port_;
    mutable std::mutex mutex_; // guards the members below
    std::vector<std::string> requests_;
    bool is_over_ = false;
    std::list<net::TcpStream> clients_; // live as long as their threads
    std::vector<std::thread> threads_;
    std::thread listening_;
};

/// The path in a request's head.
std::string path_of(const std::string& head);

/// "HTTP/1.1 200 OK", the fields, Content-Length and the body.
std::string ok(const std::string& body, const std::string& fields = {});
/// The same with Content-Type: text/html.
std::string html(const std::string& body);

/// Sends the same response to every request.
Origin::Script says(const std::string& response);

} // namespace grade
