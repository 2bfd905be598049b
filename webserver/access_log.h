// The access log, in the Combined Log Format that every log tool reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/address_block.h"
#include "common/http/message.h"
#include "common/program/line_log.h"

namespace webserver {

/// One request and its response. The views are of client input: untrusted.
struct LogEntry {
    std::string client; // its IP address
    std::chrono::system_clock::time_point time;
    std::string_view request_line; // "GET / HTTP/1.1"; empty when the client sent none
    int status = 0;
    std::uint64_t body_sent = 0; // of the response
    std::string_view referer{};
    std::string_view user_agent{};
};

/// 192.0.2.1 - - [22/Nov/2026:09:15:00 +0100] "GET / HTTP/1.1" 200 4721 "-" "curl/7.88.1" and a
/// line end. In client input, quotes, backslashes, control characters and non-ASCII bytes become
/// \xHH, so that no entry can forge another or reach a terminal raw. The time is local.
[[nodiscard]] std::string combined_log_line(const LogEntry& entry);

/// A net::LineLog of combined_log_line()s.
class AccessLog {
public:
    /// `proxies` are trusted to name their clients.
    explicit AccessLog(const std::string& name, std::vector<net::AddressBlock> proxies = {})
        : lines_("webserver", name), proxies_(std::move(proxies))
    {
    }

    [[nodiscard]] bool is_on() const { return lines_.is_on(); }
    [[nodiscard]] net::LineLog& lines() { return lines_; }

    /// The address of the client that sent a request: `peer`, or the one that a trusted proxy names
    /// in Forwarded (RFC 7239) or X-Forwarded-For. Of a chain of proxies, the last one that is not
    /// trusted is the client, because what it says of others may be invented.
    [[nodiscard]] std::string client_of(const net::Address& peer,
                                        const http::RequestHead* request) const;

    void write(const LogEntry& entry) const noexcept;
    /// Writes the line about a request and its response; `request` is null for a malformed `head`.
    void write_exchange(const net::Address& peer, std::string_view head,
                        const http::RequestHead* request, int status, std::uint64_t body_sent,
                        std::chrono::system_clock::time_point time) const;

private:
    [[nodiscard]] bool is_trusted(const net::Address& address) const;

    net::LineLog lines_;
    std::vector<net::AddressBlock> proxies_;
};

} // namespace webserver
