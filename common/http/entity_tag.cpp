#include "common/http/entity_tag.h"

#include <algorithm>

namespace http {
namespace {

std::string_view opaque_part(std::string_view tag)
{
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// Removes the first member of a list and returns it; empty at the end. A comma within a tag is
/// part of it.
std::string_view pop_member(std::string_view& list)
{
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    const std::size_t open = list.size() - opaque_part(list).size();
    const bool is_tag = opaque_part(list).starts_with('"');
    const auto close = is_tag ? list.find('"', open + 1) : std::string_view::npos;
    const auto end = close == std::string_view::npos ? list.find_first_of(" \t,") : close + 1;
    const auto member = list.substr(0, end);
    list.remove_prefix(member.size());
    return member;
}

} // namespace

bool is_strong_tag(std::string_view tag)
{
    return tag.starts_with('"');
}

bool same_tag(std::string_view a, std::string_view b, TagComparison comparison)
{
    if (comparison == TagComparison::weak) return opaque_part(a) == opaque_part(b);
    return is_strong_tag(a) && a == b;
}

bool contains_tag(std::string_view list, std::string_view tag, TagComparison comparison)
{
    if (list == "*") return true;
    for (auto member = pop_member(list); !member.empty(); member = pop_member(list))
        if (same_tag(member, tag, comparison)) return true;
    return false;
}

} // namespace http
