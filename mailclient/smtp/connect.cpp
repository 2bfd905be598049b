#include "mailclient/smtp/connect.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/text/ascii.h"
#include "common/tls/tls.h"
#include "mailclient/smtp/duplex_stream.h"

namespace mail {
namespace {

using namespace std::chrono_literals;
using OptionalTimeout = std::optional<std::chrono::milliseconds>;

constexpr auto usual_timeout = 60s; // to connect; RFC 5321 has no value for it

/// For EHLO (RFC 5321 §4.1.1.1): this host's name if it is fully qualified, else its address.
std::string own_name(const net::Address& local)
{
    std::array<char, 256> buffer{};
    const bool has_name = ::gethostname(buffer.data(), buffer.size() - 1) == 0;
    const std::string_view name(buffer.data());
    const bool is_good = std::ranges::all_of(
        name, [](char c) { return net::is_letter(c) || net::is_digit(c) || c == '-' || c == '.'; });
    if (has_name && is_good && net::contains(name, '.')) return std::string(name);
    const std::string host = local.host();
    return (net::contains(host, ':') ? "[IPv6:" : "[") + host.substr(0, host.find('%')) + "]";
}

net::TcpStream connect(const net::Address& address, const std::string& host, net::Deadline deadline)
try {
    return net::TcpStream::connect(std::span(&address, 1), host, deadline);
} catch (const net::Error& error) {
    const bool is_refused = error.cause() == ECONNREFUSED;
    throw Failure(is_refused ? Exit::unavailable : Exit::temporary, error.what());
}

/// Connects, and starts TLS when the security is implicit.
Link connect(const net::Address& address, const Route& route, net::Deadline deadline)
{
    auto stream = std::make_unique<DuplexStream>(
        connect(address, net::host_and_port(route.host, address.port()), deadline));
    const DuplexStream& below = *stream; // link.stream owns it, also when that is TLS
    Link link{.stream = std::move(stream),
              .host = route.host,
              .own_name = own_name(net::local_address(below.descriptor())),
              .has_input = [&below] { return below.has_input(); }};
    if (route.security != Security::implicit) return link;
    try {
        link.stream =
            net::start_tls(std::move(link.stream), route.host, route.authorities, deadline);
    } catch (const net::Timeout& error) {
        throw Failure(Exit::temporary, error.what());
    } catch (const net::Error& error) {
        throw Failure(Exit::unavailable, tls_problem(error));
    }
    link.is_encrypted = true;
    return link;
}

std::vector<net::Address> resolve(const std::string& host, std::uint16_t port)
try {
    return net::resolve(host, port, SOCK_STREAM);
} catch (const net::LookupError& error) {
    throw Failure(error.is_temporary() ? Exit::temporary : Exit::no_host, error.what());
}

std::unique_ptr<Session> connect_and_greet(const Route& route, const net::Address& address,
                                           const Transcript& transcript, OptionalTimeout timeout)
{
    transcript.note("connecting to " + route.host + " (" + address.text() + ")");
    const auto deadline = net::Deadline::in(timeout.value_or(usual_timeout));
    auto session =
        std::make_unique<Session>(connect(address, route, deadline), transcript, Timeouts(timeout));
    try {
        session->greet();
    } catch (const Failure&) {
        session->quit(); // RFC 5321 §3.1: also after a refusal
        throw;
    }
    return session;
}

std::unique_ptr<Session> connect_and_greet(const Route& route, const Transcript& transcript,
                                           OptionalTimeout timeout)
{
    Alternatives failed;
    for (const net::Address& address : resolve(route.host, route.port))
        try {
            return connect_and_greet(route, address, transcript, timeout);
        } catch (const Failure& failure) {
            transcript.note(failure.what());
            failed.add(failure);
        }
    throw failed.failure();
}

void apply_security(Session& session, const Route& route)
{
    if (session.is_encrypted() || route.security == Security::off) return;
    if (session.offer().starttls && net::has_tls()) return session.start_tls(route.authorities);
    if (route.security == Security::required)
        throw Failure(Exit::unavailable,
                      "start TLS with " + route.host + ": the server does not offer STARTTLS");
}

} // namespace

std::unique_ptr<Session> connect_to(const Route& route, const Transcript& transcript,
                                    OptionalTimeout timeout)
{
    auto session = connect_and_greet(route, transcript, timeout);
    try {
        apply_security(*session, route);
        return session;
    } catch (const Failure& failure) {
        session->quit();
        if (!route.is_opportunistic || route.security != Security::automatic) throw;
        transcript.note(std::string(failure.what()) + "; retrying without TLS");
    }
    Route cleartext_route = route;
    cleartext_route.security = Security::off;
    return connect_and_greet(cleartext_route, transcript, timeout);
}

} // namespace mail
