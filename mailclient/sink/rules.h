// The configuration of the sink: offered extensions and injected faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/tls/tls.h"

namespace mailsink {

/// Stages of a session for fault injection, named as in the options.
inline constexpr std::string_view stages[] = {"connect", "ehlo", "starttls", "auth", "mail",
                                              "rcpt",    "data", "content",  "dot"};

/// A reply of one line.
struct ScriptedReply {
    int code;
    std::string_view text; // with its enhanced status code
};

struct Rules {
    std::vector<std::string> rejected{}; // stages, or addresses of recipients
    std::vector<std::string> deferred{};
    std::vector<std::string> dropped{}; // stages at which the connection is closed without a reply
    std::chrono::milliseconds slow{};   // delay before each reply
    std::size_t most = 0;               // largest message, in octets
    std::string user{};                 // user name of the required login; empty: no login
    std::string password{};
    std::optional<net::Identity> identity{}; // for STARTTLS
};

/// Throws net::Error for a word that is no stage and, in `rejected` and `deferred`, no address.
void check(const Rules& rules);

[[nodiscard]] bool is_dropped(const Rules& rules, std::string_view stage);

/// The negative reply to inject: permanent (5yz) or transient (4yz); std::nullopt when the stage
/// succeeds. `recipient` is for the stage "rcpt".
[[nodiscard]] std::optional<ScriptedReply>
injected_reply(const Rules& rules, std::string_view stage, std::string_view recipient = {});

} // namespace mailsink
