#include "tests/grade/peers/tls_origin.h"

#include "common/error.h"

namespace grade {

TlsOrigin::TlsOrigin(const ScratchFolder& folder, const Certificates& certificates,
                     const std::string& name)
    : process_("openssl",
               {"s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert",
                certificates.path(name + ".pem"), "-key", certificates.path(name + ".key")},
               folder.path())
{
    const std::string mark = "ACCEPT 127.0.0.1:";
    const auto deadline = net::Deadline::in(15s);
    std::string out;
    while (out.find('\n', out.find(mark)) == std::string::npos) {
        if (process_.wait(net::Deadline::in(5ms)) || deadline.passed())
            throw net::Error("openssl s_server does not start: " + process_.err());
        out = process_.out();
    }
    port_ = std::to_string(std::stoi(out.substr(out.find(mark) + mark.size())));
}

std::string TlsOrigin::url(const std::string& host, const std::string& path) const
{
    return "https://" + host + ":" + port_ + path;
}

bool has_tls(const char* variable)
{
    return run(command_of(variable), {"--version"}).out.find("TLS: OpenSSL") != std::string::npos;
}

} // namespace grade
