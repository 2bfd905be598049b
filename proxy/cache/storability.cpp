#include "proxy/cache/storability.h"

#include <algorithm>
#include <array>

#include "common/http/head.h"
#include "common/http/list.h"
#include "common/http/page_url.h"
#include "common/text/ascii.h"
#include "proxy/cache/stored_head.h"
#include "proxy/message/fields.h"

namespace proxy {
namespace {

bool contains_name(const auto& names, std::string_view name)
{
    return std::ranges::any_of(
        names, [name](std::string_view each) { return net::equal_ignoring_case(each, name); });
}

/// Statuses that this cache understands (must-understand, RFC 9111 §5.2.2.3).
bool is_understood(int status)
{
    constexpr std::array statuses = {200, 203, 204, 206, 300, 301, 302, 303, 307, 308, 400, 403,
                                     404, 405, 410, 414, 421, 451, 500, 501, 502, 503, 504};
    return std::ranges::find(statuses, status) != statuses.end();
}

/// RFC 9110 §9.3.3: a POST's response is stored for its target only if it has an explicit lifetime
/// and its Content-Location names the target.
bool represents_target(const RequestView& request, const ResponseView& response)
{
    const auto location = http::find_field(response.fields, "Content-Location");
    return location && has_explicit_time(response) &&
           http::resolve_reference(std::string(request.url), *location) == request.url;
}

bool may_be_shared(const RequestView& request, const ResponseView& response)
{
    return !http::find_field(request.fields, "Authorization") || response.control.is_public ||
           response.control.must_revalidate || response.control.s_maxage;
}

/// A response without a lifetime is still useful with a validator, or when the origin is
/// unreachable; not if it may be specific to one user.
bool is_worth_storing(const RequestView& request, const ResponseView& response)
{
    if (has_explicit_time(response) || response.control.is_public) return true;
    if (!is_heuristically_cacheable(response.status)) return false;
    if (http::find_field(response.fields, "ETag") ||
        http::find_field(response.fields, "Last-Modified"))
        return true;
    return !http::find_field(response.fields, "Set-Cookie") &&
           !http::find_field(request.fields, "Cookie");
}

bool varies_by_everything(const ResponseView& response)
{
    return std::ranges::any_of(http::values(response.fields, "Vary"),
                               [](std::string_view list) { return http::has_token(list, "*"); });
}

std::string_view why_method_is_not_stored(const RequestView& request, const ResponseView& response)
{
    if (request.method == "GET") return request.has_content ? "request content" : "";
    if (request.method != "POST") return "method";
    return represents_target(request, response) ? "" : "method";
}

/// Statuses that depend on the request: its login, conditions, ranges or size.
bool depends_on_request(int status)
{
    constexpr std::array statuses = {401, 407, 408, 412, 416, 417, 421, 426, 428, 429, 431, 511};
    return std::ranges::find(statuses, status) != statuses.end();
}

/// Whether a 206 has a known range, of the size that Content-Length states if there is one.
bool has_valid_range(const ResponseView& response, std::string_view content_range)
{
    const auto part = parse_content_range(content_range);
    const auto length = http::find_field(response.fields, "Content-Length");
    return part && (!length || *length == std::to_string(part->range.count));
}

std::string_view why_status_is_not_stored(const ResponseView& response)
{
    constexpr int partial = 206;
    const bool is_final = response.status >= 200 && response.status != 304;
    if (!is_final || depends_on_request(response.status)) return "status";
    const auto range = http::find_field(response.fields, "Content-Range");
    if (response.status == partial && !range) return "several parts";
    if (response.status == partial && !has_valid_range(response, *range)) return "content range";
    if (response.control.must_understand && !is_understood(response.status)) return "status";
    return {};
}

} // namespace

std::string_view why_not_stored(const RequestView& request, const ResponseView& response)
{
    const bool status_overrules =
        response.control.must_understand && is_understood(response.status);
    if (request.control.no_store) return "request no-store";
    if (response.control.no_store && !status_overrules) return "no-store";
    if (response.control.is_private) return "private";
    if (const auto why = why_method_is_not_stored(request, response); !why.empty()) return why;
    if (const auto why = why_status_is_not_stored(response); !why.empty()) return why;
    if (!may_be_shared(request, response)) return "authorization";
    if (varies_by_everything(response)) return "vary *";
    if (!is_worth_storing(request, response)) return "no lifetime";
    return {};
}

std::vector<http::Field> stored_fields(const ResponseView& response)
{
    auto left_out = named_by_connection(response.fields);
    left_out.insert(left_out.end(), {"Content-Length", "Trailer"});
    left_out.insert(left_out.end(), response.control.unshared_fields.begin(),
                    response.control.unshared_fields.end());

    std::vector<http::Field> kept;
    std::ranges::copy_if(response.fields, std::back_inserter(kept), [&](const http::Field& field) {
        return !is_hop_by_hop(field.name) && !contains_name(left_out, field.name);
    });
    return kept;
}

} // namespace proxy
