// Opens a session with a server: tries its addresses in turn, greets, and starts TLS as configured.
#pragma once

#include <memory>
#include <string>

#include "mailclient/smtp/server.h"
#include "mailclient/smtp/session.h"

namespace mail {

/// How to reach a mail server.
struct Route {
    std::string host;
    std::uint16_t port;
    Security security;
    std::string authorities;       // a PEM file, or empty for the system's
    bool is_opportunistic = false; // retry without TLS when TLS fails (RFC 7435): MX hosts
};

/// A session with the host's first address that greets, encrypted as `route` says. Throws Failure
/// with the reasons of all addresses, which is temporary if one of them is.
[[nodiscard]] std::unique_ptr<Session> connect_to(const Route& route, const Transcript& transcript,
                                                  std::optional<std::chrono::milliseconds> timeout);

} // namespace mail
