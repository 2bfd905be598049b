#include "proxy/message/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/http/url.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"

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

/// "Authorization: Basic dTpw" for "u:p" (RFC 7617 §2), with its line end.
std::string login_line(std::string_view userinfo)
{
    std::string login = http::percent_decode(userinfo).value_or("");
    if (!net::contains(login, ':')) login += ':';
    return "Authorization: Basic " + net::base64(login) + "\r\n";
}

/// Moves user information from the target to Authorization, unless there is one: a target is
/// logged, and a recipient might refuse it (RFC 9110 §4.2.4).
http::OwnedRequestHead without_userinfo(http::OwnedRequestHead received)
{
    const http::RequestHead& head = received.head;
    if (!net::contains(head.target, '@')) return received;
    const auto url = http::parse_url_with_userinfo(head.target);
    if (!url || !url->userinfo) return received;
    std::string text = *received.text;
    const auto begin = static_cast<std::size_t>(url->userinfo->data() - received.text->data());
    text.erase(begin, url->userinfo->size() + 1);
    const std::string plain = text;
    if (!head.field("Authorization"))
        text.insert(text.size() - std::string_view("\r\n").size(), login_line(*url->userinfo));
    const auto parsed = http::parse_request(text);
    const bool fits = std::holds_alternative<http::RequestHead>(parsed); // within the limits
    return http::OwnedRequestHead(fits ? text : plain);
}

} // namespace

Request::Request(http::OwnedRequestHead received)
    : received_(without_userinfo(std::move(received))), target_(find_target(received_.head))
{
}

bool has_foreign_bytes(std::string_view target)
{
    constexpr unsigned char first = 0x80;
    return std::ranges::any_of(target,
                               [](char c) { return static_cast<unsigned char>(c) >= first; });
}

std::string masked_userinfo(std::string_view line)
{
    const auto end = line.rfind('@');
    if (end == std::string_view::npos) return std::string(line);
    const auto slashes = line.find("//");
    const auto begin = slashes < end ? slashes + 2 : line.find(' ') + 1;
    if (begin > end) return std::string(line);
    return std::string(line.substr(0, begin)) + "..." + std::string(line.substr(end));
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
