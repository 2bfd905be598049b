// What icmppinger prints: ping's line for each event, and the figures at the end.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"
#include "icmppinger/match.h"
#include "icmppinger/packet/control_message.h"

namespace icmppinger {

/// An answer to a ping.
struct Answer {
    const Target& target;
    std::uint64_t number = 0;
    const Received& received;
    net::PingLog::Reply reply{};
};

/// "localhost (127.0.0.1)"; the address alone where it is the name, or `numeric`.
[[nodiscard]] std::string label_of(const Target& target, bool numeric);

/// "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms", with what is special about it.
[[nodiscard]] std::string reply_line(const Answer& answer, bool numeric);
/// What a timestamp, mask or information reply says, to go behind its line: " mask=255.255.255.0".
[[nodiscard]] std::string query_text(const Received& received, Kind kind,
                                     std::chrono::nanoseconds wall_ahead);
/// The route that an answer has recorded, a line an address (RFC 791); empty when there is none.
[[nodiscard]] std::string route_text(const std::vector<net::Address>& route);
/// What came, and why it does not count.
[[nodiscard]] std::string stray_line(const Received& received, Version version,
                                     const Verdict& verdict);
/// "From 10.0.0.1 icmp_seq=3 Destination Host Unreachable: ... (RFC 792)"
[[nodiscard]] std::string control_line(const Verdict& verdict, bool names_target);
/// What the message means, with its details and where that is written.
[[nodiscard]] std::string meaning_text(const ControlMessage& control);
/// "MPLS label 16001, class 0, TTL 1", comma-separated for a stack, of which eight are shown; empty
/// when there is none.
[[nodiscard]] std::string labels_text(const ControlMessage& control);

/// The closing lines of one host's run: counts, then round-trip times if there are any.
[[nodiscard]] std::string summary_text(const Target& target, std::chrono::nanoseconds time);
/// The closing table of several hosts, a line a host.
[[nodiscard]] std::string table_text(const Targets& targets, std::chrono::nanoseconds time);
/// One host's figures as one JSON object (RFC 8259).
[[nodiscard]] std::string json_text(const Target& target, std::chrono::nanoseconds time);

} // namespace icmppinger
