#include "mailclient/sink/command.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/number.h"
#include "mailclient/failure.h"
#include "mailclient/message/address.h"

namespace mailsink {

Command parse_command(std::string_view line)
{
    const auto end = std::min(line.find(' '), line.size());
    std::string verb(line.substr(0, end));
    std::ranges::transform(verb, verb.begin(), net::to_upper);
    return {std::move(verb), net::trim(line.substr(end))};
}

bool is_http(std::string_view verb)
{
    constexpr std::string_view methods[] = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                            "DELETE", "OPTIONS", "TRACE", "CONNECT"};
    return verb.ends_with(':') || std::ranges::find(methods, verb) != std::end(methods);
}

std::optional<std::string> take_path(std::string_view& left, std::string_view keyword)
{
    if (!net::equal_ignoring_case(left.substr(0, keyword.size()), keyword)) return std::nullopt;
    left = net::trim(left.substr(keyword.size()));
    bool is_quoted = false;
    for (std::size_t i = 1; left.starts_with('<') && i < left.size(); ++i) {
        if (left[i] == '\\')
            ++i;
        else if (left[i] == '"')
            is_quoted = !is_quoted;
        else if (left[i] == '>' && !is_quoted) {
            std::string path(left.substr(1, i - 1));
            left = net::trim(left.substr(i + 1));
            return path;
        }
    }
    return std::nullopt;
}

std::optional<std::string> address_in(const std::string& path, bool accepts_utf8)
try {
    const auto mailbox = mail::parse_address("<" + path + ">");
    if (mail::needs_utf8(mailbox) && !accepts_utf8) return std::nullopt;
    return mail::spec(mailbox);
} catch (const mail::Failure&) {
    if (net::equal_ignoring_case(path, "postmaster")) return path; // RFC 5321 §4.5.1
    return std::nullopt;
}

MailParameters parse_parameters(std::string_view text, bool has_login)
{
    MailParameters found;
    for (const auto parameter : net::split(text, ' ')) {
        const auto name = parameter.substr(0, parameter.find('='));
        const auto value = parameter.substr(std::min(name.size() + 1, parameter.size()));
        const auto is = [&](std::string_view known) {
            return net::equal_ignoring_case(name, known);
        };
        if (is("SIZE")) {
            const auto size = net::parse_capped(value);
            if (!size) found.problem = {501, "5.5.4 SIZE must be a number"};
            found.size = size.value_or(0);
        } else if (is("BODY")) {
            const bool is_known = net::equal_ignoring_case(value, "8BITMIME") ||
                                  net::equal_ignoring_case(value, "7BIT");
            if (!is_known) found.problem = {501, "5.5.4 BODY must be 7BIT or 8BITMIME"};
        } else if (net::equal_ignoring_case(parameter, "SMTPUTF8")) {
            found.is_utf8 = true;
        } else if (!parameter.empty() && !(is("AUTH") && has_login)) {
            found.problem = {555, "5.5.4 Unknown parameter"};
        }
    }
    return found;
}

} // namespace mailsink
