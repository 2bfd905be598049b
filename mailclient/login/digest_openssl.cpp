#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "mailclient/failure.h"
#include "mailclient/login/digest.h"

namespace mail {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const Digest& digest, unsigned size)
{
    return {reinterpret_cast<const char*>(digest.data()), size};
}

void require(bool done, const char* what)
{
    if (!done) throw Failure(Exit::unavailable, std::string(what) + ": OpenSSL reports an error");
}

std::string hmac(const EVP_MD* kind, std::string_view key, std::string_view text)
{
    Digest digest{};
    unsigned size = 0;
    require(::HMAC(kind, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
                   digest.data(), &size) != nullptr,
            "compute an HMAC");
    return text_of(digest, size);
}

} // namespace

std::string hmac_md5(std::string_view key, std::string_view text)
{
    return hmac(::EVP_md5(), key, text);
}

std::string hmac_sha256(std::string_view key, std::string_view text)
{
    return hmac(::EVP_sha256(), key, text);
}

std::string sha256(std::string_view text)
{
    Digest digest{};
    unsigned size = 0;
    require(::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha256(), nullptr) ==
                1,
            "compute SHA-256");
    return text_of(digest, size);
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations)
{
    constexpr unsigned size = 32;
    Digest digest{};
    require(::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                                static_cast<int>(salt.size()), static_cast<int>(iterations),
                                ::EVP_sha256(), size, digest.data()) == 1,
            "compute PBKDF2");
    return text_of(digest, size);
}

bool equal_secrets(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace mail
