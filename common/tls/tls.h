// TLS (RFC 8446) over any stream, as a client speaks it and as a server: implicit TLS on a
// connection just made and STARTTLS on one that has talked in the clear are the same call. With
// OpenSSL where it was there at build time (tls_openssl.cpp), else not at all (tls_none.cpp).
#pragma once

#include <memory>
#include <string>

#include "common/stream.h"

namespace net {

/// "OpenSSL 3.0.19", or "none" for a program that was built without.
[[nodiscard]] std::string tls_version();

/// Whether start_tls() can work at all.
[[nodiscard]] bool has_tls();

/// Shakes hands over `below` and makes a stream of what is said in private: TLS 1.2 or later, the
/// server named (SNI), its certificates verified up to an authority of the system (or of
/// $SSL_CERT_FILE, or of the PEM file `authorities` and nobody else) and for `host`, a name or a
/// numeric address. Throws Error with the reason: expired, self-signed, for another name, from an
/// unknown authority.
///
/// Its read() returns 0 only for the peer's goodbye (close_notify); a connection that ends without
/// one may have been cut by anybody, which is an Error. Every wait is `below`'s, with its deadline.
[[nodiscard]] std::unique_ptr<Stream> start_tls(std::unique_ptr<Stream> below,
                                                const std::string& host,
                                                const std::string& authorities, Deadline deadline);

/// Throws Error unless start_tls() can trust the authorities in that PEM file; a program without
/// TLS does not look.
void check_authorities(const std::string& authorities);

/// What a server proves with that it is the one asked for: PEM texts.
struct Identity {
    std::string certificate;
    std::string key;
};

/// A certificate that vouches for itself, good for `days` and for localhost, 127.0.0.1 and ::1,
/// with a key of its own: for demos, and for nobody who has not been told to trust it.
[[nodiscard]] Identity make_identity(int days);

/// The server's side of the handshake; then as above.
[[nodiscard]] std::unique_ptr<Stream> accept_tls(std::unique_ptr<Stream> below,
                                                 const Identity& identity, Deadline deadline);

} // namespace net
