// Parses the client's commands (RFC 5321 §4.1.1).
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

/// `arguments` refers to `line`.
[[nodiscard]] Command parse_command(std::string_view line);

/// Whether the verb begins a line of HTTP: a method ("GET") or a field ("HOST:"). A web page can
/// make a browser send mail by such lines.
[[nodiscard]] bool is_http(std::string_view verb);

/// The path between < and > after "FROM:" or "TO:" (`keyword`); `left` keeps the parameters.
/// std::nullopt on a syntax error.
[[nodiscard]] std::optional<std::string> take_path(std::string_view& left,
                                                   std::string_view keyword);

/// The normalized address, without a route, for comparisons; std::nullopt when it is invalid, or
/// needs SMTPUTF8 without `accepts_utf8`.
[[nodiscard]] std::optional<std::string> address_in(const std::string& path, bool accepts_utf8);

/// The parameters of MAIL.
struct MailParameters {
    std::uint64_t size = 0;
    bool is_utf8 = false;
    ScriptedReply problem{}; // code 0 when there is none
};

/// Parses the parameters of the offered extensions (RFC 5321 §4.1.1.11).
[[nodiscard]] MailParameters parse_parameters(std::string_view text, bool has_login);

} // namespace mailsink
