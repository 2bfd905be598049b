// The server for a message: named by the user, or found by the sender's domain in a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mail {

enum class Security {
    automatic, // STARTTLS where it is offered
    required,  // STARTTLS, or fail
    implicit,  // TLS from the first byte, as on port 465 (RFC 8314 §3)
    off,       // without TLS
};

struct ServerAddress {
    std::string host;
    std::uint16_t port = 0; // 0: the default port
    Security security = Security::automatic;
    std::string user{};
    bool has_scheme = false; // "smtp://" or "smtps://" was written
};

inline constexpr std::uint16_t relay_port = 25;
inline constexpr std::uint16_t submission_port = 587;
inline constexpr std::uint16_t submissions_port = 465; // implicit TLS

/// Parses "[smtp://|smtps://][USER@]HOST[:PORT]"; the host begins after the last @. Throws Failure
/// (Exit::usage).
[[nodiscard]] ServerAddress parse_server(std::string_view text);

/// A well-known mail provider.
struct Provider {
    std::string_view domains; // separated by blanks; ".x" matches all domains below x
    std::string_view host;
    std::uint16_t port;
    std::string_view hint;          // for a refused login
    bool has_app_passwords = false; // shown as "abcd efgh ..."; the blanks do not belong to it
};

/// By the domain of an address; null when unknown.
[[nodiscard]] const Provider* provider_of_domain(std::string_view domain);
/// By the name of its server; null when unknown.
[[nodiscard]] const Provider* provider_of_host(std::string_view host);

/// The same server; for a provider's, which needs a login, the user is `sender` unless it has one,
/// and port and security are the provider's unless a port or scheme is given.
[[nodiscard]] ServerAddress completed(ServerAddress server, const std::string& sender);

} // namespace mail
