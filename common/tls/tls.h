// TLS (RFC 8446) over any stream, for clients and servers. Implicit TLS on a new connection and
// STARTTLS on one already used in plain text are the same call. Implemented with OpenSSL if found
// at build time (tls_openssl.cpp), else there is no TLS (tls_none.cpp).
#pragma once

#include <memory>
#include <string>

#include "common/stream.h"

namespace net {

/// "OpenSSL 3.0.19", or "none" for a program built without TLS.
[[nodiscard]] std::string tls_version();

/// Whether the program was built with TLS.
[[nodiscard]] bool has_tls();

/// Does the client's handshake over `below` and returns the TLS stream, which owns `below`: TLS 1.2
/// or later, with SNI. Verifies the server's certificate for `host`, a name or a numeric address,
/// against the system's authorities ($SSL_CERT_FILE overrides them), or only against those in the
/// PEM file `authorities` if not empty. Throws Error with the reason: expired, self-signed, for
/// another name, from an unknown authority.
///
/// Its read() returns 0 only for the peer's close_notify. A connection that ends without one may
/// have been truncated by an attacker: Error. All waiting is done in `below`, with the deadline.
[[nodiscard]] std::unique_ptr<Stream> start_tls(std::unique_ptr<Stream> below,
                                                const std::string& host,
                                                const std::string& authorities, Deadline deadline);

/// A TLS stream to a server that may be any: nothing protects it from an active attacker.
struct UnverifiedTls {
    std::unique_ptr<Stream> stream;
    std::string problem; // of the certificate; empty if start_tls() would accept it
};

/// The same as start_tls(), except that any certificate will do (opportunistic security, RFC 7435).
[[nodiscard]] UnverifiedTls start_unverified_tls(std::unique_ptr<Stream> below,
                                                 const std::string& host,
                                                 const std::string& authorities, Deadline deadline);

/// Throws Error unless that PEM file holds authorities that start_tls() can load. Does nothing in a
/// program built without TLS.
void check_authorities(const std::string& authorities);

/// A server's certificate and private key as PEM texts.
struct Identity {
    std::string certificate;
    std::string key;
};

/// A new key and a self-signed certificate, valid for `days` days and for localhost, 127.0.0.1 and
/// ::1. For demos: a client must be configured to trust it. Throws Error.
[[nodiscard]] Identity make_identity(int days);

/// Like start_tls() for the server's side; the client sends no certificate.
[[nodiscard]] std::unique_ptr<Stream> accept_tls(std::unique_ptr<Stream> below,
                                                 const Identity& identity, Deadline deadline);

} // namespace net
