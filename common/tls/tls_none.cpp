// The TLS interface of a program built without TLS: every attempt throws Error.
#include "common/error.h"
#include "common/tls/tls.h"

namespace net {

std::string tls_version()
{
    return "none";
}

bool has_tls()
{
    return false;
}

void check_authorities(const std::string&) {}

namespace {

[[noreturn]] void refuse(const std::string& attempt)
{
    throw Error(attempt + ": this program was built without TLS (apt-get install libssl-dev "
                          "pkg-config, then rebuild)");
}

} // namespace

std::unique_ptr<Stream> start_tls(std::unique_ptr<Stream>, const std::string& host,
                                  const std::string&, Deadline)
{
    refuse("start TLS with " + host);
}

UnverifiedTls start_unverified_tls(std::unique_ptr<Stream>, const std::string& host,
                                   const std::string&, Deadline)
{
    refuse("start TLS with " + host);
}

Identity make_identity(int)
{
    refuse("create a certificate");
}

std::unique_ptr<Stream> accept_tls(std::unique_ptr<Stream>, const Identity&, Deadline)
{
    refuse("start TLS with a client");
}

} // namespace net
