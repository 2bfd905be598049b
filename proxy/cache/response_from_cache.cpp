#include "proxy/cache/response_from_cache.h"

#include <algorithm>
#include <array>

#include "common/http/byteranges.h"
#include "common/http/status_code.h"
#include "common/text/ascii.h"
#include "proxy/cache/validation.h"

namespace proxy {
namespace {

constexpr int not_satisfiable = 416;

using Views = std::vector<http::Field>;
using Ranges = std::optional<std::vector<http::ByteRange>>;

std::uint64_t complete_size(const StoredHead& stored)
{
    const StoredResponseMeta& meta = stored.meta();
    return meta.part ? meta.part->complete_size : meta.body_size;
}

/// The requested ranges of the whole object; nothing for all of it. Only GET has ranges (RFC 9110
/// §14.2).
Ranges requested_ranges(const StoredHead& stored, const RequestView& request)
{
    const bool has_ranges =
        request.method == "GET" && (stored.status() == http::ok || stored.meta().part);
    const auto range = http::find_field(request.fields, "Range");
    if (!range || !has_ranges || !range_is_current(request.fields, stored)) return std::nullopt;
    return http::parse_range(*range, complete_size(stored));
}

Response whole_head(const StoredHead& stored, std::string_view pseudonym,
                    std::chrono::sys_seconds now)
{
    Response head = incoming_response(
        {.status = stored.status(), .reason = stored.meta().reason, .fields = stored.fields()},
        pseudonym, NextHop::origin, now);
    set(head.fields, "Age", std::to_string(stored.lifespan().age(now).count()));
    remove(head.fields, "Set-Cookie"); // it was for another client
    head.body_size = stored.meta().body_size;
    return head;
}

void set_status(Response& head, int status)
{
    head.status = status;
    head.reason = http::reason_phrase(status);
}

/// RFC 9110 §15.4.5: only fields that a cache needs, none that describes a body.
ResponseFromCache not_modified_response(Response head)
{
    constexpr auto kept =
        std::to_array<std::string_view>({"Age", "Cache-Control", "Content-Location", "Date", "ETag",
                                         "Expires", "Last-Modified", "Vary", "Via"});
    set_status(head, http::not_modified);
    head.body_size.reset();
    std::erase_if(head.fields, [&](const HeaderField& field) {
        return std::ranges::none_of(kept, [&field](std::string_view name) {
            return net::equal_ignoring_case(name, field.name);
        });
    });
    return {std::move(head), {}};
}

ResponseFromCache not_satisfiable_response(Response head, std::uint64_t size)
{
    set_status(head, not_satisfiable);
    for (const std::string_view name : {"Content-Type", "Content-Encoding"})
        remove(head.fields, name);
    set(head.fields, "Content-Range", "bytes */" + std::to_string(size));
    head.body_size = 0;
    return {std::move(head), {}};
}

void add_parts(ResponseFromCache& response, const std::vector<http::ByteRange>& ranges,
               std::uint64_t size)
{
    const auto type = find(response.head.fields, "Content-Type").value_or("");
    auto frame = http::frame_byteranges(ranges, type, size);
    for (std::size_t i = 0; i < ranges.size(); ++i)
        response.body.push_back({std::move(frame.part_heads[i]), ranges[i]});
    response.body.push_back({.text = std::move(frame.end)});
    response.head.body_size = frame.body_size;
    set(response.head.fields, "Content-Type", frame.content_type);
}

ResponseFromCache partial_response(Response head, const StoredHead& stored,
                                   const std::vector<http::ByteRange>& ranges)
{
    const std::uint64_t size = complete_size(stored);
    const std::uint64_t begin = stored.meta().part ? stored.meta().part->range.first : 0;
    set_status(head, http::partial_content);
    ResponseFromCache response{.head = std::move(head), .body = {}};
    if (ranges.size() > 1) {
        remove(response.head.fields, "Content-Range");
        add_parts(response, ranges, size);
        return response;
    }
    const http::ByteRange& range = ranges.front();
    set(response.head.fields, "Content-Range", http::content_range(range, size));
    response.head.body_size = range.count;
    response.body = {{.bytes = {range.first - begin, range.count}}};
    return response;
}

} // namespace

ResponseFromCache response_from_cache(const StoredHead& stored, const RequestView& request,
                                      std::string_view pseudonym, std::chrono::sys_seconds now)
{
    Response head = whole_head(stored, pseudonym, now);
    if (is_not_modified_for(request.fields, stored)) return not_modified_response(std::move(head));
    const Ranges ranges = requested_ranges(stored, request);
    if (ranges && ranges->empty())
        return not_satisfiable_response(std::move(head), complete_size(stored));
    if (ranges) return partial_response(std::move(head), stored, *ranges);
    return {std::move(head), {{.bytes = {0, stored.meta().body_size}}}};
}

bool has_requested_range(const StoredHead& stored, const RequestView& request)
{
    const auto& part = stored.meta().part;
    if (!part) return true;
    const Ranges ranges = requested_ranges(stored, request);
    if (!ranges || ranges->size() != 1) return false;
    const http::ByteRange& range = ranges->front();
    return range.first >= part->range.first &&
           range.first + range.count <= part->range.first + part->range.count;
}

bool can_be_completed(const StoredHead& stored, const Views& request)
{
    const auto& part = stored.meta().part;
    const bool has_condition_or_range = std::ranges::any_of(request, [](const http::Field& field) {
        return is_condition(field.name) || net::equal_ignoring_case(field.name, "Range");
    });
    return part && part->range.first == 0 && !has_condition_or_range &&
           !strong_validator(stored.fields()).empty();
}

bool completes(const std::optional<StoredRange>& rest, const Views& fields,
               const StoredHead& stored)
{
    const StoredRange& prefix = *stored.meta().part;
    return rest && rest->complete_size == prefix.complete_size &&
           rest->range.first == prefix.range.count &&
           rest->range.first + rest->range.count == rest->complete_size &&
           strong_validator(fields) == strong_validator(stored.fields());
}

} // namespace proxy
