// Matches received messages with sent pings. An answer counts only if its address, identifier,
// sequence number, checksum and data are right.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"
#include "icmppinger/target.h"

namespace icmppinger {

/// The class of a received message.
enum class ReplyKind : std::uint8_t {
    answer,        // to the ping `Match::number`
    corrupt,       // a damaged answer
    never_sent,    // has our identifier, but matches no sent ping
    other_address, // matches a sent ping, but comes from another address
    error,         // an error or advice about the ping `Match::number`
    unrelated,     // belongs to another program
};

struct Match {
    ReplyKind kind = ReplyKind::unrelated;
    Target* target = nullptr;         // null if unknown
    std::uint64_t number = 0;         // of the ping; 0 if unknown
    std::string why{};                // why it does not count
    std::optional<IcmpError> error{}; // the parsed error or advice
};

/// The request kind and identifier that the answers of a run must have.
struct ExpectedReply {
    RequestKind kind = RequestKind::echo;
    std::uint16_t identifier = 0;
};

/// Classifies a message. Does not change the targets' counts.
[[nodiscard]] Match match_reply(const Received& received, Version version,
                                const ExpectedReply& expected, Targets& targets);

/// Finds the ping that an error or advice quotes; unrelated if it quotes none of ours.
[[nodiscard]] Match match_reply(IcmpError error, const ExpectedReply& expected, Targets& targets);

} // namespace icmppinger
