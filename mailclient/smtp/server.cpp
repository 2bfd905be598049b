#include "mailclient/smtp/server.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/number.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::string_view app_password =
    "use an app password, which your provider creates for you";
constexpr std::string_view microsoft =
    "Microsoft accepts no passwords, only OAuth2 tokens: use --token-command";
constexpr std::string_view no_hint{};

constexpr auto providers = std::to_array<Provider>({
    {"gmail.com googlemail.com", "smtp.gmail.com", 465,
     "Gmail requires an app password: turn on 2-Step Verification, then "
     "https://myaccount.google.com/apppasswords",
     true},
    {"yahoo.com ymail.com rocketmail.com yahoo.de yahoo.fr yahoo.co.uk yahoo.es yahoo.it",
     "smtp.mail.yahoo.com", 465,
     "Yahoo requires an app password: Account Security, Generate app password", true},
    {"icloud.com me.com mac.com", "smtp.mail.me.com", 587,
     "iCloud requires an app-specific password: https://account.apple.com", true},
    {"outlook.com hotmail.com live.com msn.com outlook.de outlook.fr hotmail.co.uk hotmail.fr",
     "smtp-mail.outlook.com", 587, microsoft},
    {".onmicrosoft.com", "smtp.office365.com", 587, microsoft},
    {"aol.com", "smtp.aol.com", 465, app_password, true},
    {"fastmail.com fastmail.fm", "smtp.fastmail.com", 465, app_password, true},
    {"gmx.net gmx.de gmx.at gmx.ch", "mail.gmx.net", 587,
     "GMX requires SMTP to be enabled: settings, POP3 & IMAP"},
    {"gmx.com", "mail.gmx.com", 587, "GMX requires SMTP to be enabled: settings, POP3 & IMAP"},
    {"web.de", "smtp.web.de", 587, "WEB.DE requires SMTP to be enabled: settings, POP3 & IMAP"},
    {"mailbox.org", "smtp.mailbox.org", 465, no_hint},
    {"posteo.de posteo.net", "posteo.de", 465, no_hint},
    {"t-online.de magenta.de", "securesmtp.t-online.de", 465,
     "Telekom requires the separate password for e-mail programs"},
    {"yandex.com yandex.ru", "smtp.yandex.com", 465, app_password, true},
    {"zoho.com zohomail.com", "smtp.zoho.com", 465, app_password, true},
});

[[noreturn]] void fail(std::string_view text, const std::string& why)
{
    throw Failure(Exit::usage, "--server '" + net::printable_line(text) + "': " + why +
                                   " (use [smtp://|smtps://][USER@]HOST[:PORT])");
}

/// Removes "smtp://" or "smtps://" from the start.
Security take_scheme(std::string_view& left, std::string_view whole)
{
    const auto end = left.find("://");
    if (end == std::string_view::npos) return Security::automatic;
    const auto scheme = left.substr(0, end);
    left.remove_prefix(end + 3);
    if (net::equal_ignoring_case(scheme, "smtps")) return Security::implicit;
    if (net::equal_ignoring_case(scheme, "smtp")) return Security::automatic;
    fail(whole, "the scheme is not smtp or smtps");
}

/// Removes ":PORT" from the end; 0 when there is none.
std::uint16_t take_port(std::string_view& left, std::string_view whole)
{
    const auto colon = left.rfind(':');
    const bool is_in_brackets = left.ends_with(']');
    const bool is_bare_ipv6 = left.find(':') != colon && !left.starts_with('[');
    if (colon == std::string_view::npos || is_in_brackets || is_bare_ipv6) return 0;
    const auto text = left.substr(colon + 1);
    const auto port = net::parse_number<std::uint16_t>(text).value_or(0);
    if (port == 0) fail(whole, "the port is not a number from 1 to 65535");
    left = left.substr(0, colon);
    return port;
}

bool is_host(std::string_view host)
{
    return !host.empty() && net::is_ascii(host) && std::ranges::all_of(host, [](char c) {
        return net::is_letter(c) || net::is_digit(c) || net::contains("-._[]:%", c);
    });
}

} // namespace

ServerAddress parse_server(std::string_view text)
{
    auto left = text;
    ServerAddress server{.host = {}, .security = take_scheme(left, text)};
    server.has_scheme = left.size() < text.size();
    if (const auto at = left.rfind('@'); at != std::string_view::npos) {
        server.user = left.substr(0, at);
        left.remove_prefix(at + 1);
    }
    if (left.ends_with('/')) left.remove_suffix(1);
    server.port = take_port(left, text);
    if (!is_host(left)) fail(text, "the host name is not valid");
    server.host = left;
    if (server.port == submissions_port) server.security = Security::implicit;
    return server;
}

const Provider* provider_of_domain(std::string_view domain)
{
    const auto* found = std::ranges::find_if(providers, [&](const Provider& each) {
        return std::ranges::any_of(net::split(each.domains, ' '), [&](std::string_view known) {
            const bool is_suffix = known.starts_with('.') && domain.size() > known.size();
            return net::equal_ignoring_case(
                known, is_suffix ? domain.substr(domain.size() - known.size()) : domain);
        });
    });
    return found == providers.end() ? nullptr : found;
}

const Provider* provider_of_host(std::string_view host)
{
    const auto* found = std::ranges::find_if(
        providers, [&](const Provider& each) { return net::equal_ignoring_case(each.host, host); });
    return found == providers.end() ? nullptr : found;
}

ServerAddress completed(ServerAddress server, const std::string& sender)
{
    const Provider* provider = provider_of_host(server.host);
    if (provider == nullptr) return server;
    if (server.user.empty()) server.user = sender;
    if (server.port != 0 || server.has_scheme) return server;
    server.port = provider->port;
    server.security = provider->port == submissions_port ? Security::implicit : Security::required;
    return server;
}

} // namespace mail
