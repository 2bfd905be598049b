// From a server's name to a session in which messages can be sent: address after address, TLS as
// wanted, the login.
#pragma once

#include <memory>
#include <string>

#include "mailclient/smtp/server.h"
#include "mailclient/smtp/session.h"

namespace mail {

/// How to reach who takes the message.
struct Route {
    std::string host;
    std::uint16_t port;
    Security security;
    std::string authorities;       // a PEM file, or empty for the system's
    bool is_opportunistic = false; // TLS that fails is done without (RFC 7435): hosts from MX
};

/// A session with the first of the host's addresses that answers and greets, private if it can or
/// must be. A Failure has the reasons of all, and is temporary if one of them is.
[[nodiscard]] std::unique_ptr<Session> dial(const Route& route, const Transcript& transcript,
                                            std::optional<std::chrono::milliseconds> patience);

} // namespace mail
