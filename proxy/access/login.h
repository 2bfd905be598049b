// The login that the proxy may require of clients (Basic, RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proxy {

class BasicLogin {
public:
    /// `user_and_file` is "user:file", where the file's first line is the password; empty: no login
    /// is required. Throws net::Error when the file can't be read.
    explicit BasicLogin(const std::string& user_and_file);

    [[nodiscard]] bool is_required() const { return !credentials_.empty(); }
    /// Whether the value of Proxy-Authorization (or Authorization) is right, or none is needed.
    [[nodiscard]] bool accepts(std::optional<std::string_view> value) const;

private:
    std::string credentials_; // as received: base64 of "user:password"
};

} // namespace proxy
