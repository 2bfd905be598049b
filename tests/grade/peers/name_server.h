// A DNS server of the test's own, for programs that have the name of a server built in.
#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "common/file_descriptor.h"

namespace grade {

inline constexpr std::uint16_t dns_port = 53;

/// Answers each query at 127.0.0.1:53 of the caller's network, in a thread, until it is destroyed:
/// every name has this IPv4 address and nothing else (RFC 1035). Does nothing where the port cannot
/// be had.
class NameServer {
public:
    explicit NameServer(const std::string& address);
    ~NameServer();
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;

private:
    net::FileDescriptor socket_;
    std::thread thread_;
};

/// The command for a shell that runs `command` where each look-up takes a second: the first of two
/// name servers, 10.9.0.53, says nothing. Needs a mount namespace.
std::string with_slow_names(const std::string& command);

/// The answer to a query; empty when it is none. `address` is in network order.
std::string answer_to_query(const std::string& query, const std::string& address);

} // namespace grade
