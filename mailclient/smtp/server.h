// Which server a message goes to: as the user names it, or as it is known from the sender's domain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mail {

enum class Security {
    automatic, // STARTTLS where it is offered
    required,  // STARTTLS, or not at all
    implicit,  // TLS from the first byte, as on port 465 (RFC 8314 §3)
    off,       // in the clear
};

struct Server {
    std::string host;
    std::uint16_t port = 0; // 0: the usual one
    Security security = Security::automatic;
    std::string user{};
};

inline constexpr std::uint16_t relay_port = 25;
inline constexpr std::uint16_t submission_port = 587;
inline constexpr std::uint16_t submissions_port = 465; // implicit TLS

/// "[smtp://|smtps://][USER@]HOST[:PORT]"; the last @ is the one before the host. Throws Failure
/// (Exit::usage).
[[nodiscard]] Server parse_server(std::string_view text);

/// A mail provider whose server, and whose ways, are known.
struct Provider {
    std::string_view domains; // with blanks between them; ".x" stands for all below x
    std::string_view host;
    std::uint16_t port;
    std::string_view hint;          // for a login that was refused
    bool has_app_passwords = false; // shown in groups, with blanks that are not part of them
};

/// By the domain of an address; null when it is not known.
[[nodiscard]] const Provider* provider_of_domain(std::string_view domain);
/// By the name of its server.
[[nodiscard]] const Provider* provider_of_host(std::string_view host);

} // namespace mail
