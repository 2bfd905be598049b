// Parses ~/.netrc: logins and passwords by host, as ftp, curl and msmtp use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mail {

/// The password for `user` at `host` in the text of a .netrc file. Without a login an entry matches
/// every user; "default" matches every host. std::nullopt if none matches with a non-empty
/// password.
[[nodiscard]] std::optional<std::string>
netrc_password(std::string_view text, std::string_view host, std::string_view user);

} // namespace mail
