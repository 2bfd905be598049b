#include "proxy/message/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/http/url.h"
#include "common/text/ascii.h"

namespace proxy {
namespace {

constexpr std::uint16_t http_port = 80;

RequestTarget target_of(const http::Url& url, bool is_options)
{
    RequestTarget target{.host = net::to_lower(url.host), .port = url.port.value_or(http_port)};
    target.authority = target.host;
    if (target.port != http_port) target.authority += ":" + std::to_string(target.port);
    target.path = std::string(url.path) + std::string(url.query);
    if (url.path.empty())
        target.path = is_options && url.query.empty() ? "*" : "/" + std::string(url.query);
    target.url = "http://" + target.authority + (target.path == "*" ? "" : target.path);
    return target;
}

std::optional<RequestTarget> find_target(const http::RequestHead& head)
{
    if (head.method == "CONNECT") {
        const auto authority = http::parse_authority(head.target);
        if (!authority || !authority->port) return std::nullopt;
        RequestTarget target{.host = net::to_lower(authority->host), .port = *authority->port};
        target.authority = target.url = target.origin();
        return target;
    }
    const auto url = http::parse_url(head.target);
    if (!url || net::equal_ignoring_case(url->scheme, "https")) return std::nullopt;
    return target_of(*url, head.method == "OPTIONS");
}

} // namespace

Request::Request(http::OwnedRequestHead received)
    : received_(std::move(received)), target_(find_target(received_.head))
{
}

std::optional<std::string> url_of_request(std::string_view url)
{
    const auto parsed = http::parse_url(url);
    if (!parsed || net::equal_ignoring_case(parsed->scheme, "https")) return std::nullopt;
    return target_of(*parsed, false).url;
}

bool is_idempotent(std::string_view method)
{
    constexpr auto idempotent =
        std::to_array<std::string_view>({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"});
    return std::ranges::find(idempotent, method) != idempotent.end();
}

} // namespace proxy
