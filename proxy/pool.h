// Connections to origins: made when they are needed, kept for a while when they are not.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "common/socket.h"

namespace proxy {

/// A connection to an origin, or to the parent proxy.
struct OriginConnection {
    OriginConnection(net::TcpStream connected, std::string name);
    OriginConnection(const OriginConnection&) = delete; // the reader reads from the stream
    OriginConnection& operator=(const OriginConnection&) = delete;
    ~OriginConnection() = default;

    net::TcpStream stream;
    net::Reader reader;
    const std::string origin; // whom it leads to: "example.org:80"
    bool is_reused = false;   // it has served another request before
    net::Deadline::Clock::time_point idle_since{};
};

class Pool {
public:
    using Judge = std::function<bool(const net::Address&)>;

    /// Keeps at most `most` idle connections.
    explicit Pool(std::size_t most) : most_(most) {}

    /// An idle connection to `origin` that is still open, at an address that `may_use` lets pass;
    /// nothing when there is none.
    [[nodiscard]] std::unique_ptr<OriginConnection> take(const std::string& origin,
                                                         const Judge& may_use);
    /// For who needs it next. It has been read up to the end of an answer.
    void keep(std::unique_ptr<OriginConnection> connection);

private:
    [[nodiscard]] std::unique_ptr<OriginConnection> take_newest(const std::string& origin,
                                                                const Judge& may_use);

    const std::size_t most_;
    std::mutex mutex_;                                  // guards what follows
    std::list<std::unique_ptr<OriginConnection>> idle_; // the newest first
};

} // namespace proxy
