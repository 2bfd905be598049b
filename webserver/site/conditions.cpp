#include "webserver/site/conditions.h"

#include <optional>
#include <string_view>

#include "common/http/date.h"
#include "common/http/entity_tag.h"

namespace webserver {
namespace {

using http::TagComparison;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

std::optional<sys_seconds> date(const std::optional<std::string_view>& field)
{
    return field ? http::parse_date(*field) : std::nullopt;
}

} // namespace

PreconditionResult evaluate_preconditions(const http::RequestHead& request,
                                          const Validators& current)
{
    if (const auto match = request.list("If-Match")) {
        if (!http::contains_tag(*match, current.etag, TagComparison::strong))
            return PreconditionResult::precondition_failed;
    } else if (const auto limit = date(request.field("If-Unmodified-Since"))) {
        if (current.modified > *limit) return PreconditionResult::precondition_failed;
    }

    if (const auto none_match = request.list("If-None-Match")) {
        if (http::contains_tag(*none_match, current.etag, TagComparison::weak))
            return PreconditionResult::not_modified;
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
        return http::same_tag(*validator, current.etag, TagComparison::strong);
    const bool is_strong = current.modified + 1s <= now;
    return is_strong && http::parse_date(*validator) == current.modified;
}

} // namespace webserver
