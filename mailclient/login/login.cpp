#include "mailclient/login/login.h"

#include <algorithm>
#include <array>
#include <memory>

#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "mailclient/failure.h"
#include "mailclient/login/digest.h"
#include "mailclient/login/scram.h"

namespace mail {
namespace {

Login plain(const Credentials& credentials) // RFC 4616
{
    return {.mechanism = "PLAIN",
            .initial = std::string(1, '\0') + credentials.user + std::string(1, '\0') +
                       credentials.password};
}

Login login(const Credentials& credentials) // no RFC: the server asks for user and password
{
    return {.mechanism = "LOGIN",
            .initial = std::nullopt,
            .answers = {[user = credentials.user](std::string_view) { return user; },
                        [password = credentials.password](std::string_view) { return password; }}};
}

Login cram_md5(const Credentials& credentials) // RFC 2195
{
    return {.mechanism = "CRAM-MD5",
            .initial = std::nullopt,
            .answers = {[credentials](std::string_view challenge) {
                return credentials.user + " " +
                       net::base16(hmac_md5(credentials.password, challenge));
            }},
            .needs_challenge = true};
}

Login scram_sha_256(const Credentials& credentials, const std::string& nonce)
{
    const auto scram = std::make_shared<Scram>(credentials.user, credentials.password, nonce);
    return {.mechanism = "SCRAM-SHA-256",
            .initial = scram->client_first(),
            .answers = {[scram](std::string_view first) { return scram->client_final(first); },
                        [scram](std::string_view last) {
                            scram->check_server_final(last);
                            return std::string();
                        }},
            .needs_challenge = true,
            .needs_proof = true};
}

/// A server that refuses the token sends the reason as a challenge and expects an empty response.
Login xoauth2(const Credentials& credentials)
{
    return {.mechanism = "XOAUTH2",
            .initial = "user=" + credentials.user + "\1auth=Bearer " + credentials.token + "\1\1",
            .answers = {[](std::string_view) { return std::string(); }}};
}

Login oauthbearer(const Credentials& credentials, const HostAndPort& place) // RFC 7628 §3.1
{
    return {.mechanism = "OAUTHBEARER",
            .initial = "n,a=" + sasl_name(credentials.user) + ",\1host=" + place.host + "\1port=" +
                       std::to_string(place.port) + "\1auth=Bearer " + credentials.token + "\1\1",
            .answers = {[](std::string_view) { return std::string("\1"); }}};
}

Login login_by(std::string_view mechanism, const Credentials& credentials, const HostAndPort& place,
               const std::string& nonce)
{
    if (mechanism == "PLAIN") return plain(credentials);
    if (mechanism == "LOGIN") return login(credentials);
    if (mechanism == "CRAM-MD5") return cram_md5(credentials);
    if (mechanism == "SCRAM-SHA-256") return scram_sha_256(credentials, nonce);
    if (mechanism == "XOAUTH2") return xoauth2(credentials);
    if (mechanism == "OAUTHBEARER") return oauthbearer(credentials, place);
    throw Failure(Exit::usage, "log in: unknown mechanism " + std::string(mechanism));
}

bool is_among(const std::vector<std::string>& offered, std::string_view name)
{
    return std::ranges::any_of(
        offered, [&](const std::string& each) { return net::equal_ignoring_case(each, name); });
}

} // namespace

bool needs_token(std::string_view mechanism)
{
    return std::ranges::any_of(token_mechanisms, [&](std::string_view each) {
        return net::equal_ignoring_case(each, mechanism);
    });
}

std::optional<std::string> choose_mechanism(const std::vector<std::string>& offered, bool has_token,
                                            std::string_view wanted)
{
    std::vector<std::string_view> candidates;
    if (!wanted.empty())
        candidates = {wanted};
    else if (has_token)
        candidates.assign(std::begin(token_mechanisms), std::end(token_mechanisms));
    else
        candidates.assign(std::begin(password_mechanisms), std::end(password_mechanisms));
    const auto best = std::ranges::find_if(
        candidates, [&](std::string_view each) { return is_among(offered, each); });
    if (best == candidates.end()) return std::nullopt;
    std::string name(*best);
    std::ranges::transform(name, name.begin(), net::to_upper);
    return name;
}

std::string without_blanks(std::string_view text)
{
    constexpr std::string_view blanks[] = {
        // White_Space and zero-width characters, in UTF-8
        " ",      "\t",     "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
        "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u200b",
        "\u200c", "\u200d", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff"};
    std::string kept;
    while (!text.empty()) {
        const auto* blank = std::ranges::find_if(
            blanks, [&](std::string_view each) { return text.starts_with(each); });
        const bool is_blank = blank != std::end(blanks);
        if (!is_blank) kept += text.front();
        text.remove_prefix(is_blank ? blank->size() : 1);
    }
    return kept;
}

std::string other_mechanisms(const std::vector<std::string>& offered, std::string_view used)
{
    std::string names;
    const auto add = [&](std::string_view name) {
        if (name != used && is_among(offered, name))
            names += (names.empty() ? "" : ", ") + std::string(name);
    };
    if (needs_token(used))
        std::ranges::for_each(token_mechanisms, add);
    else
        std::ranges::for_each(password_mechanisms, add);
    return names;
}

Login make_login(std::string_view mechanism, const Credentials& credentials,
                 const HostAndPort& place, const std::string& nonce)
{
    const auto has_separator = [](std::string_view text) {
        return std::ranges::any_of(text, net::is_control);
    };
    if (has_separator(credentials.user) || has_separator(credentials.password) ||
        has_separator(credentials.token))
        throw Failure(Exit::no_login,
                      "log in: the user name, password or token contains a control character");
    Login login = login_by(mechanism, credentials, place, nonce);
    login.secrets = {credentials.password, credentials.token};
    return login;
}

std::string masked(std::string_view text, const std::vector<std::string>& secrets)
{
    constexpr std::size_t long_piece = 8;
    std::vector<bool> is_secret(text.size() + 1); // the last element is a sentinel
    for (const std::string& secret : secrets) {
        const std::size_t size = std::min(secret.size(), long_piece);
        for (std::size_t i = 0; size > 0 && i + size <= secret.size(); ++i) {
            const auto piece = std::string_view(secret).substr(i, size);
            for (auto at = text.find(piece); at != std::string_view::npos;
                 at = text.find(piece, at + 1))
                std::fill_n(is_secret.begin() + static_cast<std::ptrdiff_t>(at), size, true);
        }
    }
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!is_secret[i])
            shown += text[i];
        else if (!is_secret[i + 1])
            shown += "***";
    return shown;
}

} // namespace mail
