// Connections to origins: made when they are needed, kept for a while when they are not.
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

/// The connections there are, so that another thread can end them all.
class OpenConnections {
public:
    void add(net::TcpStream& stream);
    void remove(net::TcpStream& stream);
    /// Who reads or writes, now or later, finds them ended.
    void end_all();

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
    const std::string origin; // whom it leads to: "example.org:80"
    net::Deadline::Clock::time_point idle_since{};

private:
    OpenConnections& open_;
};

class Pool {
public:
    using Judge = std::function<bool(const net::Address&)>;

    /// Keeps at most `most` idle connections, none for longer than `longest_idle`.
    Pool(std::size_t most, std::chrono::milliseconds longest_idle)
        : most_(most), longest_idle_(longest_idle)
    {
    }

    /// An idle connection to `origin` that is still open, at an address that `may_use` lets pass;
    /// nothing when there is none.
    [[nodiscard]] std::unique_ptr<OriginConnection> take(const std::string& origin,
                                                         const Judge& may_use);
    /// For who needs it next. It has been read up to the end of an answer.
    void keep(std::unique_ptr<OriginConnection> connection);

private:
    using List = std::list<std::unique_ptr<OriginConnection>>;

    [[nodiscard]] std::unique_ptr<OriginConnection> take_newest(const std::string& origin,
                                                                const Judge& may_use);
    [[nodiscard]] List take_surplus();

    const std::size_t most_;
    const std::chrono::milliseconds longest_idle_;
    std::mutex mutex_; // guards what follows
    List idle_;        // the newest first
};

} // namespace proxy
