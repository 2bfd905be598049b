// An https server for pages that the programs fetch.
#pragma once

#include "tests/certificates.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// openssl s_server: sends files of a folder, which contain complete responses with heads, using
/// the certificate of that name.
class TlsOrigin {
public:
    TlsOrigin(const ScratchFolder& folder, const Certificates& certificates,
              const std::string& name);

    /// "https://HOST:PORT" and the path.
    [[nodiscard]] std::string url(const std::string& host, const std::string& path) const;

private:
    Process process_;
    std::string port_;
};

/// Whether the program in this environment variable was built with TLS.
bool has_tls(const char* variable);

} // namespace grade
