// TLS of a program that was built without.
#include "common/error.h"
#include "common/tls.h"

namespace net {

std::string tls_version()
{
    return "none";
}

bool has_tls()
{
    return false;
}

std::unique_ptr<Stream> start_tls(std::unique_ptr<Stream>, const std::string& host,
                                  const std::string&, Deadline)
{
    throw Error("start TLS with " + host +
                ": this program was built without TLS (install libssl-dev and build it again)");
}

} // namespace net
