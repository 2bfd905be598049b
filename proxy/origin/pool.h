// Connections to origins, and the pool of idle ones.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "common/tcp_socket.h"

namespace proxy {

/// All open connections, so that another thread can end them.
class OpenConnections {
public:
    void add(net::TcpStream& stream);
    void remove(net::TcpStream& stream);
    /// Shuts down all connections, also those added later.
    void shut_down_all();

private:
    std::mutex mutex_; // guards what follows
    std::set<net::TcpStream*> streams_;
    bool is_over_ = false;
};

/// A connection to an origin, or to the parent proxy.
struct OriginConnection {
    OriginConnection(net::TcpStream connected, std::string name, OpenConnections& open);
    OriginConnection(const OriginConnection&) = delete; // the reader reads from the stream
    OriginConnection& operator=(const OriginConnection&) = delete;
    ~OriginConnection();

    net::TcpStream stream;
    net::Reader reader;
    const std::string origin; // the next hop: "example.org:80"
    net::Deadline::Clock::time_point idle_since{};

private:
    OpenConnections& open_;
};

class Pool {
public:
    using AddressFilter = std::function<bool(const net::Address&)>;

    /// Keeps at most `most` idle connections, none for longer than `longest_idle`.
    Pool(std::size_t most, std::chrono::milliseconds longest_idle)
        : most_(most), longest_idle_(longest_idle)
    {
    }

    /// An idle open connection to `origin`, at an address that `may_use` accepts; null when there
    /// is none.
    [[nodiscard]] std::unique_ptr<OriginConnection> acquire(const std::string& origin,
                                                            const AddressFilter& may_use);
    /// Keeps a connection for reuse. It has been read up to the end of a response.
    void keep(std::unique_ptr<OriginConnection> connection);

private:
    using List = std::list<std::unique_ptr<OriginConnection>>;

    [[nodiscard]] std::unique_ptr<OriginConnection> acquire_newest(const std::string& origin,
                                                                   const AddressFilter& may_use);
    [[nodiscard]] List remove_surplus();

    const std::size_t most_;
    const std::chrono::milliseconds longest_idle_;
    std::mutex mutex_; // guards what follows
    List idle_;        // the newest first
};

} // namespace proxy
