#include "proxy/cache/validation.h"

#include <algorithm>
#include <array>

#include "common/http/entity_tag.h"
#include "common/http/head.h"
#include "common/http/status_code.h"
#include "common/text/ascii.h"

namespace proxy {
namespace {

using namespace std::chrono_literals;
using http::is_strong_tag;
using http::same_tag;
using http::TagComparison;
using Views = std::vector<http::Field>;

bool is_named(std::string_view name, const auto& list)
{
    return std::ranges::any_of(
        list, [name](std::string_view each) { return net::equal_ignoring_case(name, each); });
}

/// A Last-Modified that is a strong validator (RFC 9110 §8.8.2.2).
std::optional<std::string_view> strong_date(const Views& fields)
{
    constexpr auto margin = 1s; // the resolution of HTTP dates
    const auto modified = date_field(fields, "Last-Modified");
    const auto date = date_field(fields, "Date");
    if (!modified || !date || *modified + margin > *date) return std::nullopt;
    return http::find_field(fields, "Last-Modified");
}

/// The client's own tags, unless they include the stored one.
std::optional<std::string> other_tags(const Views& request, std::string_view stored_tag)
{
    auto asked = http::combined_list(request, "If-None-Match");
    if (asked && (*asked == "*" || http::contains_tag(*asked, stored_tag, TagComparison::weak)))
        asked.reset();
    return asked;
}

bool has_same_validators(const Views& fields, const StoredHead& stored)
{
    const auto tag = http::find_field(fields, "ETag");
    const auto stored_tag = http::find_field(stored.fields(), "ETag");
    if (tag && stored_tag)
        return same_tag(*tag, *stored_tag,
                        is_strong_tag(*tag) && is_strong_tag(*stored_tag) ? TagComparison::strong
                                                                          : TagComparison::weak);
    const auto modified = http::find_field(fields, "Last-Modified");
    const auto stored_modified = http::find_field(stored.fields(), "Last-Modified");
    return !modified || !stored_modified || *modified == *stored_modified;
}

/// Fields that a 304 does not update: they describe the stored body (RFC 9111 §3.2). A cookie is
/// for the client whose request was forwarded.
bool is_kept_by_304(std::string_view name)
{
    constexpr auto fields = std::to_array<std::string_view>(
        {"Content-Length", "Content-Encoding", "Content-Range", "Vary", "Set-Cookie"});
    return is_named(name, fields);
}

} // namespace

FieldLines validating_fields(const StoredHead& stored, const Views& request)
{
    FieldLines lines;
    if (const auto tag = http::find_field(stored.fields(), "ETag")) {
        std::string tags(*tag);
        if (const auto others = other_tags(request, *tag)) tags += ", " + *others;
        lines.emplace_back("If-None-Match", tags);
    }
    if (const auto modified = http::find_field(stored.fields(), "Last-Modified"))
        lines.emplace_back("If-Modified-Since", *modified);
    return lines;
}

bool is_condition(std::string_view name)
{
    constexpr auto conditions = std::to_array<std::string_view>(
        {"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range"});
    return is_named(name, conditions);
}

bool validates(const Views& not_modified, const StoredHead& stored, const Views& request)
{
    const bool is_plain =
        !http::find_field(not_modified, "ETag") && !http::find_field(not_modified, "Last-Modified");
    const auto tag = http::find_field(stored.fields(), "ETag");
    if (is_plain && tag && other_tags(request, *tag)) return false; // ambiguous
    return has_same_validators(not_modified, stored);
}

bool matches_head_response(const ResponseView& head_response, const StoredHead& stored)
{
    const auto length = http::find_field(head_response.fields, "Content-Length");
    const auto& meta = stored.meta();
    const std::uint64_t size = meta.part ? meta.part->complete_size : meta.body_size;
    if (length && *length != std::to_string(size)) return false;
    return head_response.status == stored.status() &&
           has_same_validators(head_response.fields, stored);
}

std::shared_ptr<const StoredHead> freshened(const StoredHead& stored, const ResponseView& update,
                                            const RequestTimes& times)
{
    Views fresh = stored_fields(update);
    std::erase_if(fresh, [](const http::Field& field) { return is_kept_by_304(field.name); });
    StoredResponseMeta meta = stored.meta();
    std::erase_if(meta.fields, [&fresh](const http::Field& field) {
        return http::find_field(fresh, field.name) || net::equal_ignoring_case(field.name, "Age") ||
               net::equal_ignoring_case(field.name, "Date");
    });
    meta.fields.insert(meta.fields.end(), fresh.begin(), fresh.end());
    meta.times = times;
    return StoredHead::make(meta);
}

bool is_not_modified_for(const Views& request, const StoredHead& stored)
{
    if (stored.status() != http::ok && stored.status() != http::partial_content)
        return false; // RFC 9110 §13.2.1
    if (const auto asked = http::combined_list(request, "If-None-Match")) {
        const auto tag = http::find_field(stored.fields(), "ETag");
        return *asked == "*" || (tag && http::contains_tag(*asked, *tag, TagComparison::weak));
    }
    const auto since = date_field(request, "If-Modified-Since");
    if (!since) return false;
    if (const auto modified = date_field(stored.fields(), "Last-Modified"))
        return *modified <= *since;
    const auto date = date_field(stored.fields(), "Date");
    return date && *date <= *since;
}

bool range_is_current(const Views& request, const StoredHead& stored)
{
    const auto condition = http::find_field(request, "If-Range");
    if (!condition) return true;
    if (condition->starts_with('"') || condition->starts_with("W/")) {
        const auto tag = http::find_field(stored.fields(), "ETag");
        return tag && same_tag(*condition, *tag, TagComparison::strong);
    }
    return condition == strong_date(stored.fields());
}

std::string strong_validator(const Views& fields)
{
    const auto tag = http::find_field(fields, "ETag");
    if (tag) return is_strong_tag(*tag) ? std::string(*tag) : std::string();
    return std::string(strong_date(fields).value_or(""));
}

} // namespace proxy
