#include "mailclient/login/netrc.h"

#include "common/text/ascii.h"

namespace mail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// The next word, quoted or not; empty at the end.
std::string take_word(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    std::string word;
    const bool is_quoted = text.starts_with('"');
    if (is_quoted) text.remove_prefix(1);
    while (!text.empty() &&
           !(is_quoted ? text.front() == '"' : net::contains(blanks, text.front()))) {
        if (is_quoted && text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
        word += text.front();
        text.remove_prefix(1);
    }
    if (is_quoted && !text.empty()) text.remove_prefix(1);
    return word;
}

/// The next keyword. A # at its start begins a comment up to the end of the line; it does not in
/// names and passwords.
std::string take_keyword(std::string_view& text)
{
    std::string word = take_word(text);
    while (word.starts_with('#')) {
        text.remove_prefix(std::min(text.find('\n'), text.size()));
        word = take_word(text);
    }
    return word;
}

struct Entry {
    bool is_for_host = false;
    std::string login{};
    std::string password{};
};

bool fits(const Entry& entry, std::string_view user)
{
    return entry.is_for_host && !entry.password.empty() &&
           (entry.login.empty() || entry.login == user);
}

void skip_macro(std::string_view& text)
{
    const auto end = text.find("\n\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
}

} // namespace

std::optional<std::string> netrc_password(std::string_view text, std::string_view host,
                                          std::string_view user)
{
    Entry entry;
    for (std::string word = take_keyword(text); !word.empty(); word = take_keyword(text)) {
        if (word == "machine" || word == "default") {
            if (fits(entry, user)) break;
            const bool is_for_host =
                word == "default" || net::equal_ignoring_case(take_word(text), host);
            entry = {.is_for_host = is_for_host};
        } else if (word == "login") {
            entry.login = take_word(text);
        } else if (word == "password") {
            entry.password = take_word(text);
        } else if (word == "account") {
            take_word(text);
        } else if (word == "macdef") {
            skip_macro(text);
        }
    }
    if (!fits(entry, user)) return std::nullopt;
    return entry.password;
}

} // namespace mail
