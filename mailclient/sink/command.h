// What a client's command says, to the server (RFC 5321 §4.1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mailclient/sink/rules.h"

namespace mailsink {

struct Command {
    std::string verb; // in capitals
    std::string_view arguments;
};

/// Looks into the line.
[[nodiscard]] Command parse_command(std::string_view line);

/// What stands between < and > behind "FROM:" or "TO:"; the parameters stay in `left`. Nothing when
/// that is not there.
[[nodiscard]] std::optional<std::string> take_path(std::string_view& left,
                                                   std::string_view keyword);

/// As it is compared, without a route; nothing when it is none.
[[nodiscard]] std::optional<std::string> address_in(const std::string& path, bool takes_utf8);

/// What MAIL says besides the address.
struct MailParameters {
    std::uint64_t size = 0;
    bool is_utf8 = false;
    Answer problem{}; // code 0 when there is none
};

/// Those of the extensions that were offered (RFC 5321 §4.1.1.11).
[[nodiscard]] MailParameters parse_parameters(std::string_view text, bool has_login);

} // namespace mailsink
