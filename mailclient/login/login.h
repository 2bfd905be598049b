// Logging in (RFC 4954, RFC 4422): who, by which mechanism, and what is answered to each of the
// server's questions. No sockets here.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mail {

struct Credentials {
    std::string user{};
    std::string password{};
    std::string token{}; // OAuth 2.0's, instead of a password
};

/// In capitals, the best first. Under TLS, which every login here needs, PLAIN is as safe as
/// CRAM-MD5 and works where the server keeps no password in the clear.
inline constexpr std::string_view password_mechanisms[] = {"SCRAM-SHA-256", "PLAIN", "CRAM-MD5",
                                                           "LOGIN"};
inline constexpr std::string_view token_mechanisms[] = {"OAUTHBEARER", "XOAUTH2"};

/// Whether the mechanism, in any case of letters, wants a token and not a password.
[[nodiscard]] bool takes_token(std::string_view mechanism);

/// The best of those that are offered, or `wanted` (in any case of letters) when it is. Nothing
/// when there is none.
[[nodiscard]] std::optional<std::string> choose_mechanism(const std::vector<std::string>& offered,
                                                          bool has_token, std::string_view wanted);

/// One login, from our side.
struct Login {
    /// What is answered to a challenge; both are not in base64 yet.
    using Answer = std::function<std::string(std::string_view challenge)>;

    std::string mechanism;
    std::optional<std::string> initial; // goes with the AUTH command
    std::deque<Answer> answers{};       // to each challenge, in order
    bool needs_proof = false; // all answers must have been asked for before success is believed
    std::vector<std::string> secrets{}; // what nobody shall read, should the server say it
};

/// `text` with *** for each of the secrets, or for a long piece of one.
[[nodiscard]] std::string masked(std::string_view text, const std::vector<std::string>& secrets);

/// Where the login happens, for OAUTHBEARER (RFC 7628 §3.1).
struct Place {
    std::string host;
    std::uint16_t port;
};

/// `nonce` is random. Throws Failure for what the mechanism cannot carry.
[[nodiscard]] Login make_login(std::string_view mechanism, const Credentials& credentials,
                               const Place& place, const std::string& nonce);

} // namespace mail
