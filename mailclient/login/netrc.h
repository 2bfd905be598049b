// ~/.netrc: names and passwords by host, as ftp, curl and msmtp keep them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mail {

/// The password for `user` at `host` in the text of such a file; an entry without a login is for
/// everybody, "default" for every host. Nothing when there is none, or an empty one.
[[nodiscard]] std::optional<std::string>
netrc_password(std::string_view text, std::string_view host, std::string_view user);

} // namespace mail
