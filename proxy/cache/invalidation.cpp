#include "proxy/cache/invalidation.h"

#include <algorithm>
#include <array>

#include "common/http/page_url.h"
#include "common/http/url.h"

namespace proxy {
namespace {

bool same_origin(const std::string& a, const std::string& b)
{
    const auto first = http::parse_url(a);
    const auto second = http::parse_url(b);
    return first && second && first->scheme == second->scheme && first->host == second->host &&
           http::port_of(*first) == http::port_of(*second);
}

} // namespace

bool is_safe(std::string_view method)
{
    constexpr auto methods = std::to_array<std::string_view>(
        {"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "REPORT", "SEARCH"});
    return std::ranges::find(methods, method) != methods.end();
}

std::vector<std::string> invalidated_by(const RequestView& request, const ResponseView& response)
{
    const bool is_error = response.status < 200 || response.status >= 400;
    if (is_safe(request.method) || is_error) return {};

    std::vector<std::string> urls = {std::string(request.url)};
    for (const std::string_view name : {"Location", "Content-Location"}) {
        const auto reference = http::find_field(response.fields, name);
        const auto url =
            reference ? http::resolve_reference(urls.front(), *reference) : std::nullopt;
        if (url && same_origin(*url, urls.front())) urls.push_back(*url);
    }
    return urls;
}

} // namespace proxy
