#include "mailclient/smtp/connect.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

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
    const bool is_qualified = net::contains(name, '.') && !name.starts_with("localhost.");
    if (has_name && is_good && is_qualified) return std::string(name);
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

/// A stream that TLS owns and the session still asks for input.
class SharedStream : public net::Stream {
public:
    explicit SharedStream(std::shared_ptr<DuplexStream> below) : below_(std::move(below)) {}

    std::size_t read(std::span<char> buffer, net::Deadline deadline) override
    {
        return below_->read(buffer, deadline);
    }
    void write(std::string_view bytes, net::Deadline deadline) override
    {
        below_->write(bytes, deadline);
    }

private:
    std::shared_ptr<DuplexStream> below_;
};

/// Connects, and starts TLS when the security is implicit.
Link connect(const net::Address& address, const Route& route, net::Deadline deadline)
{
    const auto below = std::make_shared<DuplexStream>(
        connect(address, net::host_and_port(route.host, address.port()), deadline));
    Link link{.stream = std::make_unique<SharedStream>(below),
              .host = route.host,
              .own_name = own_name(net::local_address(below->descriptor())),
              .has_input = [below] { return below->has_input(); }};
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
    session->greet();
    return session;
}

} // namespace

std::unique_ptr<Session> connect_and_greet(const Route& route, const Transcript& transcript,
                                           OptionalTimeout timeout)
{
    Alternatives failed;
    const auto addresses = resolve(route.host, route.port);
    const auto count = std::min(addresses.size(), route.most_addresses);
    for (const net::Address& address : std::span(addresses).first(count))
        try {
            if (route.last_attempt.passed())
                throw Failure(Exit::temporary, "connect to " + route.host + " (" + address.text() +
                                                   "): attempts before took the time for all");
            return connect_and_greet(route, address, transcript, timeout);
        } catch (const Failure& failure) {
            transcript.note(failure.what());
            failed.add(failure);
        }
    throw failed.failure();
}

bool needs_start_tls(const Session& session, const Route& route)
{
    if (session.is_encrypted() || route.security == Security::off) return false;
    if (session.offer().starttls && net::has_tls()) return true;
    if (route.security == Security::required)
        throw Failure(Exit::unavailable,
                      "start TLS with " + route.host + ": the server does not offer STARTTLS");
    return false;
}

std::unique_ptr<Session> connect_opportunistically(const Route& route, const Transcript& transcript,
                                                   OptionalTimeout timeout)
{
    auto session = connect_and_greet(route, transcript, timeout);
    const bool is_optional = route.security == Security::automatic;
    try {
        if (needs_start_tls(*session, route))
            session->start_tls(route.authorities,
                               is_optional ? Verification::optional : Verification::required);
        return session;
    } catch (const Failure& failure) {
        if (!is_optional || session->is_encrypted()) throw;
        session.reset();
        transcript.note(std::string(failure.what()) + "; retrying without TLS");
    }
    Route cleartext_route = route;
    cleartext_route.security = Security::off;
    return connect_and_greet(cleartext_route, transcript, timeout);
}

} // namespace mail
