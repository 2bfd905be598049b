// SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side: the password never crosses the wire, and
// the server proves that it knows it, too.
//
//     client-first   n,,n=user,r=nonce          ->
//                <-  r=nonce+server's,s=salt,i=iterations    server-first
//     client-final   c=biws,r=...,p=proof       ->
//                <-  v=the server's proof                    server-final
#pragma once

#include <string>
#include <string_view>

namespace mail {

class Scram {
public:
    /// `nonce` is random, printable, without a comma.
    Scram(std::string_view user, std::string password, std::string nonce);

    [[nodiscard]] std::string client_first() const { return "n,," + first_bare_; }
    /// The client-final for a server-first. Throws Failure: Exit::no_login for a refusal,
    /// Exit::protocol when the message is malformed, has a nonce that does not extend ours, or asks
    /// for too few (below 4096) or too many (above 5 million) iterations.
    [[nodiscard]] std::string client_final(std::string_view server_first);
    /// Throws Failure (Exit::no_login) when the server refuses or does not prove that it knows the
    /// password.
    void check_server_final(std::string_view server_final) const;

private:
    std::string password_;
    std::string nonce_;
    std::string first_bare_;
    std::string server_signature_{};
};

/// Keys that both sides derive from the password (RFC 5802 §3).
struct ScramKeys {
    std::string client_key;
    std::string server_key;
};
[[nodiscard]] ScramKeys scram_keys(std::string_view password, std::string_view salt,
                                   unsigned iterations);

/// The client's p= and the server's v= for an AuthMessage, as raw bytes.
[[nodiscard]] std::string scram_client_proof(const ScramKeys& keys, std::string_view auth_message);
[[nodiscard]] std::string scram_server_signature(const ScramKeys& keys,
                                                 std::string_view auth_message);

/// Escapes a user name for comma-separated messages: saslname (RFC 5802 §5.1, RFC 5801 §4).
[[nodiscard]] std::string sasl_name(std::string_view user);

/// The value of the attribute `name` in "a=1,b=2"; empty when it is missing.
[[nodiscard]] std::string_view scram_attribute(std::string_view message, char name);

} // namespace mail
