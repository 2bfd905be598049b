#include "mailclient/login/scram.h"

#include <algorithm>
#include <functional>

#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/number.h"
#include "common/text/printable.h"
#include "mailclient/failure.h"
#include "mailclient/login/digest.h"

namespace mail {
namespace {

[[noreturn]] void fail(const std::string& why)
{
    throw Failure(Exit::protocol, "log in by SCRAM-SHA-256: " + why);
}

/// RFC 5802 §7: "e=invalid-proof" means a wrong password.
void check_not_refused(std::string_view server_says)
{
    if (server_says.starts_with("e="))
        throw Failure(Exit::no_login, "log in by SCRAM-SHA-256: the server refuses: " +
                                          net::printable_line(server_says.substr(2)));
}

unsigned iterations_in(std::string_view server_first)
{
    constexpr unsigned fewest = 4096;    // RFC 7677 §4
    constexpr unsigned most = 5'000'000; // some seconds of CPU time; more would be an attack
    const auto text = scram_attribute(server_first, 'i');
    const auto count = net::parse_number<unsigned>(text);
    if (!count) fail("the server gives no valid number of iterations");
    if (*count < fewest) fail("the server asks for fewer than 4096 iterations, which is not safe");
    if (*count > most) fail("the server asks for more than 5 million iterations");
    return *count;
}

} // namespace

std::string sasl_name(std::string_view user)
{
    std::string name;
    for (const char c : user) {
        if (c == ',')
            name += "=2C";
        else if (c == '=')
            name += "=3D";
        else
            name += c;
    }
    return name;
}

std::string_view scram_attribute(std::string_view message, char name)
{
    for (const auto part : net::split(message, ','))
        if (part.size() >= 2 && part[0] == name && part[1] == '=') return part.substr(2);
    return {};
}

ScramKeys scram_keys(std::string_view password, std::string_view salt, unsigned iterations)
{
    const std::string salted = pbkdf2_sha256(password, salt, iterations);
    return {.client_key = hmac_sha256(salted, "Client Key"),
            .server_key = hmac_sha256(salted, "Server Key")};
}

std::string scram_client_proof(const ScramKeys& keys, std::string_view auth_message)
{
    std::string proof = hmac_sha256(sha256(keys.client_key), auth_message);
    std::ranges::transform(proof, keys.client_key, proof.begin(),
                           [](char a, char b) { return static_cast<char>(a ^ b); });
    return proof;
}

std::string scram_server_signature(const ScramKeys& keys, std::string_view auth_message)
{
    return hmac_sha256(keys.server_key, auth_message);
}

Scram::Scram(std::string_view user, std::string password, std::string nonce)
    : password_(std::move(password)), nonce_(std::move(nonce)),
      first_bare_("n=" + sasl_name(user) + ",r=" + nonce_)
{
}

std::string Scram::client_final(std::string_view server_first)
{
    check_not_refused(server_first);
    const auto nonce = scram_attribute(server_first, 'r');
    const auto salt = net::base64_decoded(scram_attribute(server_first, 's'));
    if (server_first.starts_with("m="))
        fail("the server requires an extension that mailclient does not support");
    if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size())
        fail("the server's nonce does not begin with the client's");
    if (!salt || salt->empty()) fail("the server gives no valid salt");

    const auto keys = scram_keys(password_, *salt, iterations_in(server_first));
    const std::string without_proof = "c=biws,r=" + std::string(nonce); // biws is "n,,"
    const std::string auth_message =
        first_bare_ + "," + std::string(server_first) + "," + without_proof;
    server_signature_ = scram_server_signature(keys, auth_message);
    return without_proof + ",p=" + net::base64(scram_client_proof(keys, auth_message));
}

void Scram::check_server_final(std::string_view server_final) const
{
    check_not_refused(server_final);
    const auto proof = net::base64_decoded(scram_attribute(server_final, 'v'));
    if (!proof || server_signature_.empty() || !equal_secrets(*proof, server_signature_))
        throw Failure(Exit::no_login, "log in by SCRAM-SHA-256: the server cannot prove that it "
                                      "knows the password, so it may be an impostor");
}

} // namespace mail
