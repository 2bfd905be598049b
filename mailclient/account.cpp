#include "mailclient/account.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "common/tls/tls.h"
#include "mailclient/login/password.h"
#include "mailclient/message/message_id.h"
#include "mailclient/smtp/mx.h"

namespace mail {
namespace {

constexpr std::size_t most_hosts = 5; // MX hosts of a domain, as Postfix tries
constexpr std::size_t most_addresses = 5;
constexpr std::chrono::minutes time_for_attempts{10}; // two silent servers take that long

ServerAddress chosen_server(const Options& options, const std::string& sender)
{
    if (!options.server.empty()) return completed(parse_server(options.server), sender);
    if (sender.empty())
        throw Failure(Exit::usage, "find a server: the null sender has no provider (use --server "
                                   "HOST or --mx)");
    const std::string domain = sender.substr(sender.rfind('@') + 1);
    const Provider* provider = provider_of_domain(domain);
    if (provider == nullptr)
        throw Failure(Exit::usage, "find a server for " + domain +
                                       ": the provider is unknown (use --server HOST or --mx)");
    return completed({.host = std::string(provider->host)}, sender);
}

Security security_of(const ServerAddress& server, const Options& options, bool logs_in)
{
    if (options.tls == "off" && server.security == Security::implicit)
        throw Failure(Exit::usage, "--tls off: smtps:// and port 465 require TLS");
    if (server.security == Security::implicit) return Security::implicit;
    if (options.tls == "off") return Security::off;
    return logs_in || options.tls == "require" ? Security::required : server.security;
}

std::uint16_t port_of(const ServerAddress& server, bool logs_in)
{
    if (server.port != 0) return server.port;
    if (server.security == Security::implicit) return submissions_port;
    return logs_in ? submission_port : relay_port;
}

void check_tls(Security security, const std::string& host)
{
    const bool needs_tls = security == Security::implicit || security == Security::required;
    if (needs_tls && !net::has_tls())
        throw Failure(Exit::unavailable, "start TLS with " + host +
                                             ": this program was built without OpenSSL "
                                             "(apt-get install libssl-dev pkg-config, then "
                                             "rebuild)");
}

std::string password_for(const Options& options, const Account& account, const Provider* provider)
{
    std::string password =
        options.password_command.empty()
            ? find_password(account)
            : secret_from_command(options.password_command, "--password-command");
    return provider != nullptr && provider->has_app_passwords ? without_blanks(password) : password;
}

Credentials credentials_for(const Options& options, const Account& account,
                            const Provider* provider)
{
    disable_core_dumps_and_tracing();
    if (!options.token_command.empty())
        return {.user = account.user,
                .token = secret_from_command(options.token_command, "--token-command")};
    Credentials credentials{.user = account.user,
                            .password = password_for(options, account, provider)};
    if (needs_token(options.mechanism)) std::swap(credentials.password, credentials.token);
    return credentials;
}

} // namespace

void check_authorities(const Options& options)
try {
    if (!options.authorities.empty()) net::check_authorities(options.authorities);
} catch (const net::Error& error) {
    throw Failure(Exit::no_input, error.what());
}

Submission plan_submission(const Options& options, const std::string& sender)
{
    const ServerAddress server = chosen_server(options, sender);
    std::string user = options.user.empty() ? server.user : options.user;
    const bool wants_login = !options.mechanism.empty() || !options.password_command.empty() ||
                             !options.token_command.empty();
    if (user.empty() && wants_login) user = sender;
    const bool logs_in = !user.empty();
    if (logs_in && options.tls == "off")
        throw Failure(Exit::usage, "--tls off: a login requires TLS");

    Submission submission{.route = {.host = server.host,
                                    .port = port_of(server, logs_in),
                                    .security = security_of(server, options, logs_in),
                                    .authorities = options.authorities},
                          .mechanism = options.mechanism,
                          .provider = provider_of_host(server.host)};
    check_tls(submission.route.security, server.host);
    if (logs_in)
        submission.credentials =
            credentials_for(options, {.user = user, .host = server.host}, submission.provider);
    return submission;
}

std::vector<Route> plan_mx(const Options& options, const std::string& domain)
{
    const Security security = options.tls == "off"       ? Security::off
                              : options.tls == "require" ? Security::required
                                                         : Security::automatic;
    check_tls(security, domain);
    const auto hosts = look_up_mail_hosts(domain); // a hostile zone may name hundreds
    const auto last_attempt = net::Deadline::in(time_for_attempts);
    std::vector<Route> routes;
    for (const std::string& host : std::span(hosts).first(std::min(hosts.size(), most_hosts)))
        routes.push_back({.host = host,
                          .port = relay_port,
                          .security = security,
                          .authorities = options.authorities,
                          .most_addresses = most_addresses,
                          .last_attempt = last_attempt});
    return routes;
}

void log_in(Session& session, const Submission& submission)
{
    const Route& route = submission.route;
    const std::string& host = route.host;
    const Credentials& credentials = *submission.credentials;
    const auto& offered = session.offer().logins;
    const auto mechanism =
        choose_mechanism(offered, !credentials.token.empty(), submission.mechanism);
    if (!mechanism) {
        std::string all;
        for (const std::string& each : offered)
            all += " " + each;
        throw Failure(Exit::no_login, "log in to " + host + ": the server offers " +
                                          (all.empty() ? "no login mechanism" : "only" + all));
    }
    constexpr std::size_t nonce_size = 18;
    try {
        session.log_in(make_login(*mechanism, credentials, {.host = host, .port = route.port},
                                  random_hex(nonce_size)));
    } catch (const Failure& failure) {
        const bool has_hint = failure.status() == Exit::no_login && credentials.token.empty() &&
                              submission.provider != nullptr && !submission.provider->hint.empty();
        if (!has_hint) throw;
        throw Failure(Exit::no_login, std::string(failure.what()) + " (" +
                                          std::string(submission.provider->hint) + ")");
    }
}

} // namespace mail
