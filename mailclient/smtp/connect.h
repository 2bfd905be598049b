// Opens a session with a server: tries its addresses in turn until one greets.
#pragma once

#include <limits>
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
    std::string authorities; // a PEM file, or empty for the system's
    std::size_t most_addresses = std::numeric_limits<std::size_t>::max(); // tried at most
    net::Deadline last_attempt = net::Deadline::never(); // no attempt to connect begins later
};

/// A session with the host's first address that greets, so far without STARTTLS. Throws Failure
/// with the reasons of all addresses, which is temporary if one of them is.
[[nodiscard]] std::unique_ptr<Session>
connect_and_greet(const Route& route, const Transcript& transcript,
                  std::optional<std::chrono::milliseconds> timeout);

/// Whether the next step is STARTTLS, as `route` says and the server offers it. Throws Failure
/// when TLS is required and not on offer.
[[nodiscard]] bool needs_start_tls(const Session& session, const Route& route);

/// The same as connect_and_greet(), with TLS where the server offers it. When the route does not
/// require TLS, any certificate will do, and after a failed handshake the session is without TLS
/// (opportunistic security, RFC 7435).
[[nodiscard]] std::unique_ptr<Session>
connect_opportunistically(const Route& route, const Transcript& transcript,
                          std::optional<std::chrono::milliseconds> timeout);

} // namespace mail
