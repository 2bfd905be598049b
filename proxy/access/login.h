// The login that clients are asked for (Basic, RFC 7617), if they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proxy {

class Login {
public:
    /// `user_and_file` is "user:file", where the file's first line is the password; empty: no login
    /// is asked for. Throws net::Error when the file can't be read.
    explicit Login(const std::string& user_and_file);

    [[nodiscard]] bool is_asked_for() const { return !credentials_.empty(); }
    /// Whether the value of Proxy-Authorization (or Authorization) is right, or none is needed.
    [[nodiscard]] bool accepts(std::optional<std::string_view> value) const;

private:
    std::string credentials_; // as they come: base64 of "user:password"
};

} // namespace proxy
