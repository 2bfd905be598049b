// Logging in, the server's side of what login.h does.
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

/// Sends a challenge and waits for the answer; neither is in base64. Nothing when the client
/// cancels.
using Ask = std::function<std::optional<std::string>(const std::string& challenge)>;

/// Whether whoever logs in is `user`. `initial` came with AUTH. Nothing for a mechanism that is not
/// known.
[[nodiscard]] std::optional<bool> is_logged_in(std::string_view mechanism,
                                               const std::optional<std::string>& initial,
                                               const User& user, const Ask& ask);

} // namespace mailsink
