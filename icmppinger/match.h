// What a message that has come is to the pings that were sent: an answer counts only if everything
// about it is right.
#pragma once

#include <string>

#include "icmppinger/icmp_socket.h"
#include "icmppinger/target.h"

namespace icmppinger {

/// What a message is.
enum class Sort : std::uint8_t {
    answer,        // to the ping of that number
    corrupt,       // an answer that was damaged on the way
    never_sent,    // has our identifier, but answers nothing that we sent
    other_address, // answers a ping of ours, but comes from somebody else
    control,       // an error or advice about the ping of that number
    unrelated,     // somebody else's business
};

struct Verdict {
    Sort sort = Sort::unrelated;
    Target* target = nullptr;                // nothing when it is not clear which
    std::uint64_t number = 0;                // the ping that it is about
    std::string why{};                       // what is wrong with it
    std::optional<ControlMessage> control{}; // the error or advice that it is
};

/// What the run asks for, by which its answers are known.
struct Asked {
    Kind kind = Kind::echo;
    std::uint16_t identifier = 0;
};

/// Judges a message; it is not counted.
[[nodiscard]] Verdict judge(const Received& received, Version version, const Asked& asked,
                            Targets& targets);

/// The ping that an error or advice is about: what it quotes must be that ping.
[[nodiscard]] Verdict judge(ControlMessage control, const Asked& asked, Targets& targets);

} // namespace icmppinger
