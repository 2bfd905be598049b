// The texts that icmppinger prints: ping's line for each event, and the statistics at the end.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"
#include "icmppinger/match.h"
#include "icmppinger/packet/icmp_error.h"

namespace icmppinger {

/// An answer to a ping.
struct PingReply {
    const Target& target;
    std::uint64_t number = 0;
    const Received& received;
    net::PingLog::Reply reply{};
};

/// "localhost (127.0.0.1)"; the address alone if it is the name or `numeric` is set.
[[nodiscard]] std::string label_of(const Target& target, bool numeric);

/// "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms", and net::remark().
[[nodiscard]] std::string reply_line(const PingReply& answer, bool numeric);
/// The content of a timestamp or mask reply, appended to its line: " mask=255.255.255.0".
[[nodiscard]] std::string reply_details(const Received& received, RequestKind kind,
                                        std::chrono::nanoseconds wall_ahead);
/// The recorded route of an answer (RFC 791), one address per line; empty if there is none.
[[nodiscard]] std::string route_text(const std::vector<net::Address>& route);
/// The line for a message that does not count, with the reason.
[[nodiscard]] std::string stray_line(const Received& received, Version version, const Match& match);
/// "From 10.0.0.1 icmp_seq=3 Destination Host Unreachable: ... (RFC 792)"
[[nodiscard]] std::string error_line(const Match& match, bool names_target);
/// The message's meaning, with its details and the RFC.
[[nodiscard]] std::string meaning_text(const IcmpError& error);
/// "MPLS label 16001, class 0, TTL 1", comma-separated for a stack, of which eight are shown; empty
/// when there is none.
[[nodiscard]] std::string labels_text(const IcmpError& error);

/// The closing lines of one host's run: counts, then round-trip times if there are any.
[[nodiscard]] std::string summary_text(const Target& target, std::chrono::nanoseconds time);
/// The closing table of several hosts, one line per host.
[[nodiscard]] std::string table_text(const Targets& targets, std::chrono::nanoseconds time);
/// One host's figures as one JSON object (RFC 8259).
[[nodiscard]] std::string json_text(const Target& target, std::chrono::nanoseconds time);

} // namespace icmppinger
