// How the sink behaves: what it offers, and what goes wrong on purpose.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/tls/tls.h"

namespace mailsink {

/// Where in a session something can go wrong, by the names that the options have.
inline constexpr std::string_view stages[] = {"connect", "ehlo", "starttls", "auth", "mail",
                                              "rcpt",    "data", "content",  "dot"};

/// A reply of one line.
struct Answer {
    int code;
    std::string_view text; // with its enhanced status code
};

struct Rules {
    std::vector<std::string> rejected{}; // stages, or addresses of recipients
    std::vector<std::string> deferred{};
    std::vector<std::string> dropped{}; // stages at which the connection is closed without a word
    std::chrono::milliseconds slow{};   // waited before each reply
    std::size_t most = 0;               // octets a message
    std::string user{};                 // who may log in, and must; empty: nobody has to
    std::string password{};
    std::optional<net::Identity> identity{}; // for STARTTLS
};

/// Throws net::Error for a word that is neither a stage nor, where that makes sense, an address.
void check(const Rules& rules);

[[nodiscard]] bool is_dropped(const Rules& rules, std::string_view stage);

/// What is said instead of yes: for good (5yz) or for now (4yz). Nothing when all is well.
/// `recipient` is for the stage "rcpt".
[[nodiscard]] std::optional<Answer> disturbance(const Rules& rules, std::string_view stage,
                                                std::string_view recipient = {});

} // namespace mailsink
