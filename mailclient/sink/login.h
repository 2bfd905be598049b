// The server's side of the logins in mailclient/login/login.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mailsink {

/// In the order in which they are offered.
inline constexpr std::string_view mechanisms =
    "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER";

struct User {
    std::string name;
    std::string password; // or token
};

/// Sends a challenge and waits for the response; neither is in base64. Returns std::nullopt when
/// the client cancels.
using Ask = std::function<std::optional<std::string>(const std::string& challenge)>;

/// Runs the login and returns whether the client has proved to be `user`. `initial` is the initial
/// response of AUTH. std::nullopt for an unknown mechanism.
[[nodiscard]] std::optional<bool> authenticate(std::string_view mechanism,
                                               const std::optional<std::string>& initial,
                                               const User& user, const Ask& ask);

} // namespace mailsink
