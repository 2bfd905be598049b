// SMTP logins (RFC 4954, RFC 4422): choice of the mechanism and the client's responses to the
// server's challenges. No sockets here.
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
    std::string token{}; // OAuth 2.0 token, instead of a password
};

/// In capitals, the preferred first. Under TLS, which every login here needs, PLAIN is as safe as
/// CRAM-MD5 and works with servers that store no password in the clear.
inline constexpr std::string_view password_mechanisms[] = {"SCRAM-SHA-256", "PLAIN", "CRAM-MD5",
                                                           "LOGIN"};
inline constexpr std::string_view token_mechanisms[] = {"OAUTHBEARER", "XOAUTH2"};

/// Whether the mechanism (in any case of letters) needs a token instead of a password.
[[nodiscard]] bool needs_token(std::string_view mechanism);

/// The preferred mechanism of those offered, or `wanted` (in any case of letters) if it is offered;
/// std::nullopt when there is none. The name is in capitals.
[[nodiscard]] std::optional<std::string> choose_mechanism(const std::vector<std::string>& offered,
                                                          bool has_token, std::string_view wanted);

/// `text` without ASCII and Unicode blanks, zero-width ones included: web pages show an app
/// password in groups, and what is copied from there may have any of them.
[[nodiscard]] std::string without_blanks(std::string_view text);

/// The mechanisms among those `offered` that could be tried instead of `used`, with the same kind
/// of secret; "LOGIN, CRAM-MD5", or empty.
[[nodiscard]] std::string other_mechanisms(const std::vector<std::string>& offered,
                                           std::string_view used);

/// The client's side of one login.
struct Login {
    /// Computes the response to a challenge; neither is in base64.
    using Answer = std::function<std::string(std::string_view challenge)>;

    std::string mechanism;
    std::optional<std::string> initial; // initial response, sent with AUTH
    std::deque<Answer> answers{};       // one for each challenge, in order
    bool needs_challenge = false;       // the answers depend on the challenges
    bool needs_proof = false;           // success counts only after all responses were requested
    std::vector<std::string> secrets{}; // to be masked if the server echoes them
};

/// `text` with *** for each secret, and for each part of one from 8 characters on.
[[nodiscard]] std::string masked(std::string_view text, const std::vector<std::string>& secrets);

/// The server, for OAUTHBEARER (RFC 7628 §3.1).
struct HostAndPort {
    std::string host;
    std::uint16_t port;
};

/// Prepares a login. `nonce` is random (for SCRAM). Throws Failure: Exit::usage for an unknown
/// mechanism, Exit::no_login for control characters in user, password or token.
[[nodiscard]] Login make_login(std::string_view mechanism, const Credentials& credentials,
                               const HostAndPort& place, const std::string& nonce);

} // namespace mail
