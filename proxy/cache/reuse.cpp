#include "proxy/cache/reuse.h"

#include "common/text/ascii.h"

namespace proxy {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

/// Whether a stale response must not be served without validation (§5.2.2.2, §5.2.2.8, §5.2.2.10).
bool forbids_stale(const CacheControl& response)
{
    return response.no_cache || response.must_revalidate || response.proxy_revalidate ||
           response.s_maxage;
}

/// Whether the origin has said anything about the response's lifetime or identity.
bool has_lifetime_or_validator(const StoredHead& stored)
{
    return stored.lifespan().basis != Basis::none ||
           http::find_field(stored.fields(), "ETag").has_value() ||
           http::find_field(stored.fields(), "Last-Modified").has_value();
}

/// For how long it has been stale.
seconds staleness(const StoredHead& stored, sys_seconds now)
{
    return -stored.lifespan().ttl(now);
}

ReuseDecision decide_reuse_of_stale(const CacheControl& request, const StoredHead& stored,
                                    sys_seconds now)
{
    const CacheControl& control = stored.control();
    const auto stale_for = staleness(stored, now);
    if (is_personal(stored)) return {Use::validate, Forward::stale, "cookie"};
    if (forbids_stale(control)) return {Use::validate, Forward::stale, "must-revalidate"};
    if (request.max_stale && stale_for <= *request.max_stale) return {Use::serve};
    if (control.stale_while_revalidate && stale_for <= *control.stale_while_revalidate)
        return {Use::serve_and_revalidate};
    return {Use::validate, Forward::stale};
}

} // namespace

std::string_view name_of(Forward reason)
{
    switch (reason) {
    case Forward::none: break;
    case Forward::bypass: return "bypass";
    case Forward::method: return "method";
    case Forward::uri_miss: return "uri-miss";
    case Forward::vary_miss: return "vary-miss";
    case Forward::request: return "request";
    case Forward::stale: return "stale";
    case Forward::partial: return "partial";
    }
    return "miss";
}

ReuseDecision decide_cache_use(const RequestView& request)
{
    if (request.method != "GET" && request.method != "HEAD") return {Use::forward, Forward::method};
    if (request.has_content) // it may change the meaning, and can be sent only once
        return {Use::forward, Forward::bypass, "request content"};
    if (request.control.no_store) return {Use::forward, Forward::request, "no-store"};
    if (http::find_field(request.fields, "If-Match") ||
        http::find_field(request.fields, "If-Unmodified-Since"))
        return {Use::forward, Forward::bypass, "precondition"}; // evaluated by the origin (§4.3.2)
    return {Use::serve};
}

ReuseDecision decide_reuse(const CacheControl& request, const StoredHead& stored, sys_seconds now)
{
    const Lifespan& span = stored.lifespan();
    if (request.no_cache) return {Use::validate, Forward::request, "no-cache"};
    if (stored.control().no_cache) return {Use::validate, Forward::stale, "no-cache"};
    if (request.max_age && span.age(now) > *request.max_age)
        return {Use::validate, Forward::request, "max-age"};
    if (request.min_fresh && span.ttl(now) < *request.min_fresh)
        return {Use::validate, Forward::request, "min-fresh"};
    if (span.is_fresh(now)) return {Use::serve};
    return decide_reuse_of_stale(request, stored, now);
}

bool is_personal(const StoredHead& stored)
{
    const bool has_cookie = stored.meta().request_had_cookie ||
                            http::find_field(stored.fields(), "Set-Cookie").has_value();
    return has_cookie && !stored.control().is_public &&
           stored.lifespan().basis != Basis::explicit_time;
}

bool may_serve_stale(const CacheControl& request, const StoredHead& stored, OriginFailure failure,
                     sys_seconds now)
{
    constexpr seconds without_origin = std::chrono::days(7); // rather than an error
    const bool is_reload = request.no_cache || request.max_age == seconds(0);
    if (is_reload || forbids_stale(stored.control()) || is_personal(stored)) return false;
    const auto allowed =
        stored.control().stale_if_error ? stored.control().stale_if_error : request.stale_if_error;
    if (!allowed && failure == OriginFailure::server_error) return false;
    if (!allowed && !has_lifetime_or_validator(stored)) return false;
    return staleness(stored, now) <= allowed.value_or(without_origin);
}

CacheControl request_control(const std::vector<http::Field>& fields)
{
    CacheControl control = parse_cache_control(fields);
    const auto pragma = http::find_field(fields, "Pragma");
    if (pragma && !http::find_field(fields, "Cache-Control"))
        control.no_cache = http::has_token(*pragma, "no-cache");
    return control;
}

} // namespace proxy
