#include "common/http/list.h"

#include "common/text/ascii.h"

namespace http {
namespace {

/// The offset at which the first member of `list` ends.
std::size_t end_of_member(std::string_view list)
{
    bool is_quoted = false;
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (list[at] == '"') is_quoted = !is_quoted;
        if (is_quoted && list[at] == '\\') ++at;
        if (!is_quoted && list[at] == ',') return at;
    }
    return list.size();
}

} // namespace

std::vector<std::string_view> list_members(std::string_view list)
{
    std::vector<std::string_view> members;
    while (!list.empty()) {
        const auto end = end_of_member(list);
        const auto member = net::trim(list.substr(0, end));
        if (!member.empty()) members.push_back(member);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return members;
}

std::string unquoted(std::string_view text)
{
    if (!text.starts_with('"')) return std::string(text);
    std::string plain;
    for (std::size_t at = 1; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        plain += text[at];
    }
    return plain;
}

} // namespace http
