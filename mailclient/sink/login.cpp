#include "mailclient/sink/login.h"

#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "mailclient/login/digest.h"
#include "mailclient/login/login.h"
#include "mailclient/login/scram.h"
#include "mailclient/message/message_id.h"

namespace mailsink {
namespace {

using Response = std::optional<std::string>;

bool matches(const Response& given, const std::string& expected)
{
    return given && mail::equal_secrets(*given, expected);
}

/// User and password in one response, with or without an authorization identity.
bool plain(const Response& initial, const User& user, const Ask& ask)
{
    const Response response = initial ? initial : ask("");
    const std::string nul(1, '\0');
    const std::string expected = nul + user.name + nul + user.password;
    return matches(response, expected) ||
           matches(response, user.name + expected); // authzid, RFC 4616 §2
}

bool login(const Response& initial, const User& user, const Ask& ask)
{
    const Response name = initial ? initial : ask("Username:");
    return name && matches(ask("Password:"), user.password) && matches(name, user.name);
}

bool cram_md5(const User& user, const Ask& ask)
{
    const std::string challenge = mail::message_id("localhost");
    const auto expected =
        mail::make_login("CRAM-MD5", {.user = user.name, .password = user.password}, {}, "")
            .answers.front()(challenge);
    return matches(ask(challenge), expected);
}

/// The messages are described in scram.h.
bool scram_sha_256(const Response& initial, const User& user, const Ask& ask)
{
    constexpr unsigned iterations = 4096;
    constexpr std::size_t random_size = 16;
    const Response first = initial ? initial : ask("");
    if (!first || !first->starts_with("n,,")) return false; // no channel binding
    const std::string bare = first->substr(3);
    const std::string nonce(mail::scram_attribute(bare, 'r'));
    if (nonce.empty()) return false;

    const std::string salt = mail::random_hex(random_size);
    const std::string server_first = "r=" + nonce + mail::random_hex(random_size) +
                                     ",s=" + net::base64(salt) + ",i=" + std::to_string(iterations);
    const Response final = ask(server_first);
    if (!final) return false;
    const auto proof_at = final->rfind(",p=");
    if (proof_at == std::string::npos) return false;
    const auto final_nonce = mail::scram_attribute(*final, 'r');
    const auto keys = mail::scram_keys(user.password, salt, iterations);
    const std::string auth_message = bare + "," + server_first + "," + final->substr(0, proof_at);
    const auto proof = net::base64_decoded(std::string_view(*final).substr(proof_at + 3));
    const bool is_user = mail::scram_attribute(bare, 'n') == mail::sasl_name(user.name) &&
                         final_nonce == mail::scram_attribute(server_first, 'r') &&
                         matches(proof, mail::scram_client_proof(keys, auth_message));
    return is_user &&
           ask("v=" + net::base64(mail::scram_server_signature(keys, auth_message))).has_value();
}

/// XOAUTH2 and OAUTHBEARER: both contain "auth=Bearer TOKEN" between bytes of value 1.
bool token(const Response& initial, const User& user, const Ask& ask)
{
    const Response response = initial ? initial : ask("");
    if (!response) return false;
    bool has_user = false;
    bool has_token = false;
    for (const auto part : net::split(*response, '\1')) {
        has_user = has_user || part == "user=" + user.name ||
                   part == "n,a=" + mail::sasl_name(user.name) + ",";
        has_token = has_token || part == "auth=Bearer " + user.password;
    }
    if (has_user && has_token) return true;
    static_cast<void>(ask(R"({"status":"invalid_token","schemes":"bearer"})"));
    return false;
}

} // namespace

std::optional<bool> authenticate(std::string_view mechanism,
                                 const std::optional<std::string>& initial, const User& user,
                                 const Ask& ask)
{
    if (mechanism == "PLAIN") return plain(initial, user, ask);
    if (mechanism == "LOGIN") return login(initial, user, ask);
    if (mechanism == "CRAM-MD5") return cram_md5(user, ask);
    if (mechanism == "SCRAM-SHA-256") return scram_sha_256(initial, user, ask);
    if (mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER") return token(initial, user, ask);
    return std::nullopt;
}

} // namespace mailsink
