// TLS with OpenSSL. The library uses no socket: it reads and writes memory BIOs, and TlsStream
// moves the bytes between them and the stream below.
//
//     read, write  ->  SSL  ->  outgoing_ (memory)  ->  below
//                      SSL  <-  incoming_ (memory)  <-  below
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <limits>
#include <utility>

#include "common/address.h"
#include "common/error.h"
#include "common/tls/tls.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using Context = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&::SSL_free)>;

/// OpenSSL's text for the oldest error queued in this thread; clears the queue.
std::string library_reason()
{
    const auto first = ::ERR_peek_error(); // later errors are its consequences
    ::ERR_clear_error();
    if (ERR_SYSTEM_ERROR(first)) return reason(ERR_GET_REASON(first));
    const char* words = ::ERR_reason_error_string(first);
    return words == nullptr ? "OpenSSL gives no reason" : words;
}

std::string verification_reason(long result, const std::string& host)
{
    switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "the certificate is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "the certificate is self-signed, not signed by an authority";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "the certificate is signed by an unknown authority";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "the certificate is for another name than " + host;
    default:
        return std::string("the certificate is not accepted: ") +
               ::X509_verify_cert_error_string(result);
    }
}

Context make_context(const std::string& authorities, int verify_mode = SSL_VERIFY_PEER)
{
    Context context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
    if (!context) throw Error("prepare TLS: " + library_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    ::SSL_CTX_set_verify(context.get(), verify_mode, nullptr);

    if (authorities.empty())
        ::SSL_CTX_set_default_verify_paths(context.get()); // an empty store rejects all
    else if (::SSL_CTX_load_verify_locations(context.get(), authorities.c_str(), nullptr) != 1)
        throw Error("read the CA certificates in " + authorities + ": " + library_reason());
    return context;
}

using Bio = std::unique_ptr<BIO, decltype(&::BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;

Bio bio_of(const std::string& text)
{
    return {::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &::BIO_free};
}

Context make_context(const Identity& identity)
{
    Context context(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free);
    const Bio certificate_text = bio_of(identity.certificate);
    const Bio key_text = bio_of(identity.key);
    const Certificate certificate(
        ::PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &::X509_free);
    const Key key(::PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr),
                  &::EVP_PKEY_free);
    if (!context || !certificate || !key ||
        ::SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
        ::SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
        throw Error("prepare TLS: " + library_reason());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    return context;
}

bool is_numeric(const std::string& host)
{
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

/// Sets the server name to send (SNI) and to verify in the certificate.
void expect_host(SSL* session, const std::string& host)
{
    bool done = false;
    if (is_numeric(host)) { // SNI has no addresses, RFC 6066 §3
        done = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session), host.c_str()) == 1;
    } else {
        ::SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        done = ::SSL_set1_host(session, host.c_str()) == 1 &&
               SSL_set_tlsext_host_name(session, host.c_str()) == 1;
    }
    if (!done) throw Error("start TLS with " + host + ": " + library_reason());
}

class TlsStream : public Stream {
public:
    /// `peer` names the peer in error messages.
    TlsStream(std::unique_ptr<Stream> below, std::string peer, const Context& context);
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;
    ~TlsStream() override;

    /// Takes the client's role and requires a certificate for `host`.
    void set_client_role(const std::string& host);
    /// Takes the server's role.
    void set_server_role();
    void handshake(Deadline deadline);
    /// The reason why the server's certificate is not accepted; empty if it is.
    [[nodiscard]] std::string certificate_problem() const;
    std::size_t read(std::span<char> buffer, Deadline deadline) override;
    void write(std::string_view bytes, Deadline deadline) override;

private:
    template <typename Attempt> int run(Attempt attempt, const char* name, Deadline deadline);
    void send_outgoing(Deadline deadline);
    bool receive_incoming(Deadline deadline);
    [[noreturn]] void fail(const char* name, const std::string& why);

    std::unique_ptr<Stream> below_;
    std::string peer_;
    Session session_;
    BIO* incoming_; // both are owned by the session
    BIO* outgoing_;
    bool is_usable_ = false; // from the handshake to the first failure
};

TlsStream::TlsStream(std::unique_ptr<Stream> below, std::string peer, const Context& context)
    : below_(std::move(below)), peer_(std::move(peer)),
      session_(::SSL_new(context.get()), &::SSL_free), incoming_(::BIO_new(::BIO_s_mem())),
      outgoing_(::BIO_new(::BIO_s_mem()))
{
    if (!session_ || incoming_ == nullptr || outgoing_ == nullptr) throw std::bad_alloc();
    ::SSL_set_bio(session_.get(), incoming_, outgoing_);
}

void TlsStream::set_client_role(const std::string& host)
{
    expect_host(session_.get(), host);
    ::SSL_set_connect_state(session_.get());
}

void TlsStream::set_server_role()
{
    ::SSL_set_accept_state(session_.get());
}

TlsStream::~TlsStream()
{
    try {
        if (is_usable_) ::SSL_shutdown(session_.get()); // close_notify; else the pending alert
        send_outgoing(Deadline::in(100ms));             // best effort
    } catch (const Error&) {
        is_usable_ = false;
    }
}

void TlsStream::fail(const char* name, const std::string& why)
{
    is_usable_ = false;
    throw Error(std::string(name) + " " + peer_ + ": " + why);
}

void TlsStream::send_outgoing(Deadline deadline)
{
    std::array<char, 16384> piece{};
    for (int count = 0;
         (count = ::BIO_read(outgoing_, piece.data(), static_cast<int>(piece.size()))) > 0;)
        below_->write({piece.data(), static_cast<std::size_t>(count)}, deadline);
}

/// False at the end of the stream below.
bool TlsStream::receive_incoming(Deadline deadline)
{
    std::array<char, 16384> piece{};
    const std::size_t count = below_->read(piece, deadline);
    if (count > 0 && ::BIO_write(incoming_, piece.data(), static_cast<int>(count)) <= 0)
        throw std::bad_alloc();
    return count > 0;
}

/// Repeats the attempt while OpenSSL needs bytes from the peer, and sends the bytes it produces. 0
/// after the peer's close_notify.
template <typename Attempt> int TlsStream::run(Attempt attempt, const char* name, Deadline deadline)
{
    for (;;) {
        ::ERR_clear_error();
        const int result = attempt();
        const int cause = ::SSL_get_error(session_.get(), result);
        if (cause != SSL_ERROR_SSL) send_outgoing(deadline);
        if (result > 0) return result;
        if (cause == SSL_ERROR_ZERO_RETURN) return 0;
        if (cause != SSL_ERROR_WANT_READ) {
            const bool verifies = ::SSL_get_verify_mode(session_.get()) == SSL_VERIFY_PEER;
            const std::string problem = verifies ? certificate_problem() : "";
            fail(name, problem.empty() ? library_reason() : problem);
        }
        if (!receive_incoming(deadline))
            fail(name, "the connection ended without close_notify, so the data may be "
                       "incomplete");
    }
}

void TlsStream::handshake(Deadline deadline)
{
    run([this] { return ::SSL_do_handshake(session_.get()); }, "start TLS with", deadline);
    is_usable_ = true;
}

std::string TlsStream::certificate_problem() const
{
    const long result = ::SSL_get_verify_result(session_.get());
    return result == X509_V_OK ? "" : verification_reason(result, peer_);
}

std::size_t TlsStream::read(std::span<char> buffer, Deadline deadline)
{
    constexpr std::size_t most = std::numeric_limits<int>::max();
    const auto size = static_cast<int>(std::min(buffer.size(), most));
    const auto attempt = [&] { return ::SSL_read(session_.get(), buffer.data(), size); };
    return static_cast<std::size_t>(run(attempt, "read from", deadline));
}

void TlsStream::write(std::string_view bytes, Deadline deadline)
{
    constexpr std::size_t record = 16384; // the largest TLS record, RFC 8446 §5.1
    while (!bytes.empty()) {
        const auto size = static_cast<int>(std::min(bytes.size(), record));
        const auto attempt = [&] { return ::SSL_write(session_.get(), bytes.data(), size); };
        const int written = run(attempt, "write to", deadline);
        if (written == 0) fail("write to", "the peer has ended the TLS session");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

std::string tls_version()
{
    const std::string text = ::OpenSSL_version(OPENSSL_VERSION); // "OpenSSL 3.0.19 27 Jan 2026"
    return text.substr(0, text.find(' ', text.find(' ') + 1));
}

bool has_tls()
{
    return true;
}

void check_authorities(const std::string& authorities)
{
    static_cast<void>(make_context(authorities));
}

namespace {

std::unique_ptr<TlsStream> connect(std::unique_ptr<Stream> below, const std::string& host,
                                   const Context& context, Deadline deadline)
{
    const std::string name = without_brackets(host);
    auto stream = std::make_unique<TlsStream>(std::move(below), name, context);
    stream->set_client_role(name);
    stream->handshake(deadline);
    return stream;
}

} // namespace

std::unique_ptr<Stream> start_tls(std::unique_ptr<Stream> below, const std::string& host,
                                  const std::string& authorities, Deadline deadline)
{
    return connect(std::move(below), host, make_context(authorities), deadline);
}

UnverifiedTls start_unverified_tls(std::unique_ptr<Stream> below, const std::string& host,
                                   const std::string& authorities, Deadline deadline)
{
    auto stream =
        connect(std::move(below), host, make_context(authorities, SSL_VERIFY_NONE), deadline);
    std::string problem = stream->certificate_problem();
    return {std::move(stream), std::move(problem)};
}

std::unique_ptr<Stream> accept_tls(std::unique_ptr<Stream> below, const Identity& identity,
                                   Deadline deadline)
{
    const Context context = make_context(identity);
    auto stream = std::make_unique<TlsStream>(std::move(below), "the client", context);
    stream->set_server_role();
    stream->handshake(deadline);
    return stream;
}

} // namespace net
