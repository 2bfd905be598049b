#include "proxy/cache/vary.h"

#include <algorithm>
#include <array>

#include "common/http/head.h"
#include "common/http/list.h"
#include "common/text/ascii.h"

namespace proxy {
namespace {

/// Preferences (RFC 9110 §12.5): q-values rank them; order and case have no meaning.
bool is_preference(std::string_view name)
{
    constexpr auto names = std::to_array<std::string_view>(
        {"accept", "accept-charset", "accept-encoding", "accept-language"});
    return std::ranges::find(names, name) != names.end();
}

std::string without_blanks(std::string text)
{
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
    return text;
}

std::string normalized(std::string_view name, std::string_view value)
{
    std::vector<std::string> members;
    for (const auto member : http::list_members(value))
        members.push_back(is_preference(name) ? without_blanks(net::to_lower(member))
                                              : std::string(member));
    if (is_preference(name)) std::ranges::sort(members);

    std::string list;
    for (const std::string& member : members)
        list += (list.empty() ? "" : ", ") + member;
    return list;
}

/// `name` is in lower case.
std::string line_for(std::string_view name, const std::vector<http::Field>& request)
{
    const auto value = http::combined_list(request, name);
    if (!value) return std::string(name);
    const std::string list = normalized(name, *value);
    return std::string(name) + (list.empty() ? ":" : ": " + list);
}

} // namespace

Variant variant_of(const std::vector<http::Field>& response,
                   const std::vector<http::Field>& request)
{
    Variant variant;
    for (const auto list : http::values(response, "Vary"))
        for (const auto member : http::list_members(list))
            variant.push_back(line_for(net::to_lower(member), request));
    std::ranges::sort(variant);
    variant.erase(std::unique(variant.begin(), variant.end()), variant.end());
    return variant;
}

bool selects(const std::vector<http::Field>& request, const Variant& variant)
{
    return std::ranges::all_of(variant, [&request](const std::string& line) {
        return line_for(std::string_view(line).substr(0, line.find(':')), request) == line;
    });
}

} // namespace proxy
