#include "webserver/fetch/fetch_request.h"

#include <algorithm>

#include "common/http/page_url.h"
#include "common/http/url.h"
#include "common/text/ascii.h"

namespace webserver {
namespace {

/// Path and query of an origin-form or absolute-form target.
std::string_view path_and_query(std::string_view target)
{
    if (target.starts_with('/')) return target;
    const auto url = http::parse_url(target);
    return url ? target.substr(static_cast<std::size_t>(url->path.data() - target.data()))
               : std::string_view();
}

/// "/http://host/path" without its slash; nothing for other paths.
std::optional<std::string_view> url_in_path(std::string_view path)
{
    constexpr std::size_t longest = std::string_view("/https://").size();
    const std::string start = net::to_lower(path.substr(0, longest));
    if (!start.starts_with("/http://") && !start.starts_with("/https://")) return std::nullopt;
    return path.substr(1);
}

/// The value of a form's field in a query (application/x-www-form-urlencoded).
std::optional<std::string> form_value(std::string_view query, std::string_view name)
{
    for (const auto part : net::split(query.substr(std::min<std::size_t>(1, query.size())), '&')) {
        const auto equals = std::min(part.find('='), part.size());
        if (part.substr(0, equals) != name) continue;
        std::string value(part.substr(std::min(equals + 1, part.size())));
        std::ranges::replace(value, '+', ' ');
        return http::percent_decode(value);
    }
    return std::nullopt;
}

/// The saved page whose link was followed, if the Referer is one of this server's.
std::optional<std::string> referring_page(const http::RequestHead& request)
{
    const auto referer = http::parse_url(request.field("Referer").value_or(""));
    const auto host = request.field("Host").value_or("");
    if (!referer || !net::equal_ignoring_case(http::authority_of(*referer), host))
        return std::nullopt;
    const auto page = url_in_path(referer->path);
    return page ? http::canonical_url(*page) : std::nullopt;
}

FetchRequest make_fetch_request(FetchRequest::Kind kind, std::optional<std::string> url)
{
    if (!url) return {FetchRequest::Kind::bad_url};
    return {kind, std::move(*url)};
}

} // namespace

std::optional<FetchRequest> parse_fetch_request(const http::RequestHead& request)
{
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    const std::string_view target = path_and_query(request.target);
    if (const auto text = url_in_path(target)) {
        const auto url = http::canonical_url(*text);
        return make_fetch_request(
            url == *text ? FetchRequest::Kind::page : FetchRequest::Kind::canonical, url);
    }

    const auto path = target.substr(0, target.find('?'));
    const auto query = target.substr(path.size());
    if (path == "/-/saved") return FetchRequest{FetchRequest::Kind::list};
    if (path == "/-/fetch")
        return make_fetch_request(FetchRequest::Kind::form,
                                  http::url_from_user(form_value(query, "url").value_or("")));
    if (path.starts_with("/-/")) return std::nullopt;
    const auto page = referring_page(request);
    if (!page) return std::nullopt;
    return make_fetch_request(FetchRequest::Kind::own_link, http::resolve_reference(*page, target));
}

} // namespace webserver
