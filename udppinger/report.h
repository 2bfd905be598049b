// The text that udppinger prints: a line for each event in ping's format, and the final figures.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/ping/ping_log.h"
#include "common/udp_socket.h"

namespace udppinger {

/// The figures of a run, with those that only UDP pings have.
struct Summary {
    net::PingSummary pings;
    std::uint64_t dropped = 0; // lost pings that --loss did not send
    std::uint64_t cut = 0;     // answers that end early, among those counted
    std::chrono::nanoseconds time{};
};

/// An answer to a ping.
struct PingAnswer {
    std::size_t size = 0;
    std::uint64_t number = 0; // of the ping
    net::PingLog::Reply reply{};
    std::size_t cut_to = 0; // bytes that a server's small buffer has left; 0: whole
};

/// "24 bytes from 127.0.0.1: seq=1 time=0.045 ms", with remarks such as a duplicate in parentheses.
[[nodiscard]] std::string reply_line(const std::string& host, const PingAnswer& answer);
/// "no answer for seq=3"
[[nodiscard]] std::string lost_line(std::uint64_t number, bool dropped);
/// Explains an ICMP error about one of our datagrams, in the same words as icmppinger.
[[nodiscard]] std::string meaning_of(const net::DatagramError& error);
/// "From 192.0.2.1 seq=4 Destination Host Unreachable: ..."; number 0 when the ping is not known.
[[nodiscard]] std::string error_line(const net::DatagramError& error, std::uint64_t number);
/// A damaged answer to ping `number`, or an answer to no ping of ours (0); not counted as received.
[[nodiscard]] std::string stray_line(std::string_view bytes, const std::string& host,
                                     std::uint64_t number);

/// A right answer to ping `number` from an address that was not pinged; not counted as received.
[[nodiscard]] std::string other_address_line(std::size_t size, const net::Address& from,
                                             std::uint64_t number);

/// The closing lines: counts, then round-trip times if there are any.
[[nodiscard]] std::string summary_text(const std::string& host, const Summary& summary);
/// The closing lines of a run of heartbeats, which get no answers.
[[nodiscard]] std::string heartbeat_summary_text(const std::string& host, const Summary& summary);
/// The figures as one JSON object on one line (RFC 8259).
[[nodiscard]] std::string json_text(const std::string& host, const net::Address& peer,
                                    const Summary& summary);
/// The same for a run of heartbeats, without the members about answers.
[[nodiscard]] std::string heartbeat_json_text(const std::string& host, const net::Address& peer,
                                              const Summary& summary);

} // namespace udppinger
