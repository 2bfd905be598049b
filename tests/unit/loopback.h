// Both ends of a TCP connection, in one process.
#pragma once

#include "common/tcp_listener.h"

#include "catch.h"

#include <chrono>
#include <string>
#include <thread>

/// The deadline of what is done at once, unless something is broken.
inline net::Deadline soon()
{
    return net::Deadline::in(std::chrono::seconds(10));
}

struct Loopback {
    net::TcpStream client;
    net::TcpStream server;
};

inline Loopback connected(const std::string& host = "127.0.0.1")
{
    net::TcpListener listener(0, host);
    auto client = net::TcpStream::connect(host, listener.local().port(), soon());
    auto server = listener.accept();
    REQUIRE(server);
    return {std::move(client), std::move(*server)};
}

/// All that comes until the peer's end of stream.
inline std::string read_all(net::Stream& stream)
{
    net::Reader reader(stream);
    while (reader.fill(soon())) {
    }
    return std::string(reader.buffered());
}

/// Waits for `condition`, or for a time in which it would have become true.
template <typename Condition> bool eventually(Condition condition)
{
    const net::Deadline deadline = soon();
    while (!deadline.passed()) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}
