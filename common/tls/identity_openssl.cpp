// Makes a server's temporary self-signed certificate with OpenSSL.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "common/error.h"
#include "common/tls/tls.h"

namespace net {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&::BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using KeyGenerator = std::unique_ptr<EVP_PKEY_CTX, decltype(&::EVP_PKEY_CTX_free)>;
using Extension = std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)>;

void require(bool done)
{
    if (done) return;
    ::ERR_clear_error();
    throw Error("create a certificate: OpenSSL reports an error");
}

Key make_key()
{
    const KeyGenerator generator(::EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr), &::EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    require(generator && ::EVP_PKEY_keygen_init(generator.get()) == 1 &&
            ::EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator.get(), NID_X9_62_prime256v1) == 1 &&
            ::EVP_PKEY_keygen(generator.get(), &key) == 1);
    return {key, &::EVP_PKEY_free};
}

void add_extension(X509* certificate, int kind, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value),
                              &::X509_EXTENSION_free);
    require(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_name(X509* certificate, const std::string& name)
{
    X509_NAME* subject = ::X509_get_subject_name(certificate);
    const std::basic_string<unsigned char> bytes(name.begin(), name.end());
    require(::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes.data(),
                                         static_cast<int>(bytes.size()), -1, 0) == 1 &&
            ::X509_set_issuer_name(certificate, subject) == 1);
}

void set_days(X509* certificate, int days)
{
    constexpr long clock_difference = 3600; // between two machines: valid from an hour ago
    constexpr long day = 86400;
    require(::X509_gmtime_adj(X509_getm_notBefore(certificate), -clock_difference) != nullptr &&
            ::X509_gmtime_adj(X509_getm_notAfter(certificate), days * day) != nullptr);
}

template <typename Write> std::string pem_of(Write write)
{
    const Bio memory(::BIO_new(::BIO_s_mem()), &::BIO_free);
    require(memory && write(memory.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

Identity make_identity(int days)
{
    constexpr long version_3 = 2; // RFC 5280 §4.1.2.1
    const Key key = make_key();
    const Certificate certificate(::X509_new(), &::X509_free);
    require(certificate && ::X509_set_version(certificate.get(), version_3) == 1 &&
            ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1) == 1 &&
            ::X509_set_pubkey(certificate.get(), key.get()) == 1);
    set_days(certificate.get(), days);
    set_name(certificate.get(), "a server for demos");
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    require(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0);

    return {.certificate = pem_of(
                [&](BIO* memory) { return ::PEM_write_bio_X509(memory, certificate.get()); }),
            .key = pem_of([&](BIO* memory) {
                return ::PEM_write_bio_PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr,
                                                  nullptr);
            })};
}

} // namespace net
