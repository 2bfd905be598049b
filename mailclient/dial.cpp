#include "mailclient/dial.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/ascii.h"
#include "common/tls.h"
#include "mailclient/wire.h"

namespace mail {
namespace {

using namespace std::chrono_literals;
using Patient = std::optional<std::chrono::milliseconds>;

constexpr auto usual_patience = 60s; // to be connected to; RFC 5321 has no figure for it

/// For EHLO (RFC 5321 §4.1.1.1): this host's name where it is a whole one, else its address.
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

/// Connected; private already when the security is implicit.
Link connect(const net::Address& address, const Route& route, const std::string& host,
             net::Deadline deadline)
{
    auto wire = std::make_unique<Wire>(
        connect(address, net::host_and_port(host, address.port()), deadline));
    const Wire& ear = *wire; // lives as long as the stream that is made of it
    Link link{.stream = std::move(wire),
              .host = host,
              .own_name = own_name(net::local_address(ear.descriptor())),
              .has_news = [&ear] { return ear.has_news(); }};
    if (route.security != Security::implicit) return link;
    try {
        link.stream = net::start_tls(std::move(link.stream), host, route.authorities, deadline);
    } catch (const net::Timeout& error) {
        throw Failure(Exit::temporary, error.what());
    } catch (const net::Error& error) {
        throw Failure(Exit::unavailable, tls_problem(error));
    }
    link.is_private = true;
    return link;
}

std::vector<net::Address> resolve(const std::string& host, std::uint16_t port)
try {
    return net::resolve(host, port, SOCK_STREAM);
} catch (const net::LookupError& error) {
    throw Failure(error.is_temporary() ? Exit::temporary : Exit::no_host, error.what());
}

std::unique_ptr<Session> greeted(const Route& route, const std::string& host,
                                 const Transcript& transcript, Patient patience)
{
    const auto addresses = resolve(host, route.port);
    std::string reasons;
    for (const net::Address& address : addresses) {
        const auto deadline = net::Deadline::in(patience.value_or(usual_patience));
        try {
            transcript.note("connecting to " + host + " (" + address.text() + ")");
            auto session = std::make_unique<Session>(connect(address, route, host, deadline),
                                                     transcript, Patience(patience));
            session->greet();
            return session;
        } catch (const Failure& failure) {
            const std::string all = (reasons.empty() ? "" : reasons + "; ") + failure.what();
            if (&address == &addresses.back()) throw Failure(failure.status(), all);
            transcript.note(failure.what());
            reasons = all;
        }
    }
    throw Failure(Exit::no_host, "look up " + host + ": no address"); // not reached
}

void make_private(Session& session, const Route& route)
{
    if (session.is_private() || route.security == Security::off) return;
    if (session.offer().starttls && net::has_tls()) return session.start_tls(route.authorities);
    if (route.security == Security::required)
        throw Failure(Exit::unavailable, "start TLS with " + route.hosts.front() +
                                             ": the server does not offer it (STARTTLS)");
}

std::unique_ptr<Session> dial_host(const Route& route, const std::string& host,
                                   const Transcript& transcript, Patient patience)
{
    auto session = greeted(route, host, transcript, patience);
    try {
        make_private(*session, route);
        return session;
    } catch (const Failure& failure) {
        if (!route.is_opportunistic || route.security != Security::automatic) {
            session->quit();
            throw;
        }
        transcript.note(std::string(failure.what()) + "; once more, in the clear");
    }
    Route in_the_clear = route;
    in_the_clear.security = Security::off;
    return greeted(in_the_clear, host, transcript, patience);
}

} // namespace

std::unique_ptr<Session> dial(const Route& route, const Transcript& transcript, Patient patience)
{
    for (const std::string& host : route.hosts)
        try {
            return dial_host(route, host, transcript, patience);
        } catch (const Failure& failure) {
            if (&host == &route.hosts.back()) throw;
            transcript.note(failure.what());
        }
    throw Failure(Exit::no_host, "there is no host to send to"); // not reached
}

} // namespace mail
