#include "webserver/site/conditions.h"

#include <optional>
#include <string_view>

#include "common/http/date.h"
#include "common/text/ascii.h"

namespace webserver {
namespace {

using std::chrono::sys_seconds;
using namespace std::chrono_literals;

/// Removes the entity tag at the start of a list, with the comma and blanks behind it; nothing when
/// there is none (RFC 9110 §8.8.3).
std::optional<std::string_view> pop_entity_tag(std::string_view& list)
{
    const std::size_t quote = list.starts_with("W/") ? 2 : 0;
    if (!list.substr(quote).starts_with('"')) return std::nullopt;
    const auto end = list.find('"', quote + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const auto tag = list.substr(0, end + 1);
    list.remove_prefix(tag.size());
    const auto next = std::min(list.find_first_not_of(" \t,"), list.size());
    list.remove_prefix(next);
    return tag;
}

std::string_view opaque(std::string_view tag)
{
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// Whether a field's list contains `etag`, or the field is "*". `etag` is strong, so the strong
/// comparison fails for every weak tag (§8.8.3.2).
bool contains_tag(std::string_view list, std::string_view etag, bool weak_comparison)
{
    if (list == "*") return true;
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    while (const auto tag = pop_entity_tag(list))
        if ((weak_comparison ? opaque(*tag) : *tag) == etag) return true;
    return false;
}

std::optional<sys_seconds> date(const std::optional<std::string_view>& field)
{
    return field ? http::parse_date(*field) : std::nullopt;
}

} // namespace

PreconditionResult evaluate_preconditions(const http::RequestHead& request,
                                          const Validators& current)
{
    if (const auto match = request.list("If-Match")) {
        if (!contains_tag(*match, current.etag, false))
            return PreconditionResult::precondition_failed;
    } else if (const auto limit = date(request.field("If-Unmodified-Since"))) {
        if (current.modified > *limit) return PreconditionResult::precondition_failed;
    }

    if (const auto none_match = request.list("If-None-Match")) {
        if (contains_tag(*none_match, current.etag, true)) return PreconditionResult::not_modified;
    } else if (const auto since = date(request.field("If-Modified-Since"))) {
        if (current.modified <= *since) return PreconditionResult::not_modified;
    }
    return PreconditionResult::proceed;
}

bool range_is_current(const http::RequestHead& request, const Validators& current, sys_seconds now)
{
    const auto validator = request.field("If-Range");
    if (!validator) return true;
    if (validator->starts_with('"') || validator->starts_with("W/"))
        return *validator == current.etag;
    const bool is_strong = current.modified + 1s <= now;
    return is_strong && http::parse_date(*validator) == current.modified;
}

} // namespace webserver
