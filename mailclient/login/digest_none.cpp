#include "mailclient/failure.h"
#include "mailclient/login/digest.h"

namespace mail {
namespace {

[[noreturn]] void refuse()
{
    throw Failure(Exit::unavailable, "log in: this program was built without OpenSSL (apt-get "
                                     "install libssl-dev pkg-config, then rebuild)");
}

} // namespace

std::string hmac_md5(std::string_view, std::string_view)
{
    refuse();
}

std::string hmac_sha256(std::string_view, std::string_view)
{
    refuse();
}

std::string sha256(std::string_view)
{
    refuse();
}

std::string pbkdf2_sha256(std::string_view, std::string_view, unsigned)
{
    refuse();
}

bool equal_secrets(std::string_view, std::string_view)
{
    refuse();
}

} // namespace mail
