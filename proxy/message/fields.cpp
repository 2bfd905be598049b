#include "proxy/message/fields.h"

#include <algorithm>
#include <array>
#include <span>

#include "common/text/ascii.h"

namespace proxy {
namespace {

constexpr auto hop_by_hop = std::to_array<std::string_view>({
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authorization",
    "Proxy-Authenticate",
    "Proxy-Authentication-Info",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
});

/// Fields for framing, routing, logins, conditions and control data (RFC 9110 §6.5.1), and those
/// that a recipient acts on although a proxy before it has seen none.
constexpr auto never_late = std::to_array<std::string_view>({
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Age",
    "Authorization",
    "Cache-Control",
    "Clear-Site-Data",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Cookie",
    "Cross-Origin-Embedder-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Date",
    "Expect",
    "Expires",
    "Forwarded",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Location",
    "Max-Forwards",
    "Origin",
    "Pragma",
    "Range",
    "Referer",
    "Retry-After",
    "Set-Cookie",
    "Strict-Transport-Security",
    "Trailer",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Content-Type-Options",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
    "X-Frame-Options",
    "X-HTTP-Method-Override",
    "X-Real-IP",
});

bool is_one_of(std::string_view name, std::span<const std::string_view> names)
{
    return std::ranges::any_of(
        names, [name](std::string_view each) { return net::equal_ignoring_case(each, name); });
}

} // namespace

bool is_hop_by_hop(std::string_view name)
{
    return is_one_of(name, hop_by_hop);
}

std::vector<std::string_view> named_by_connection(const std::vector<http::Field>& fields)
{
    std::vector<std::string_view> names;
    for (const http::Field& field : fields)
        if (net::equal_ignoring_case(field.name, "Connection"))
            for (const auto member : net::split(field.value, ','))
                names.push_back(net::trim(member));
    return names;
}

Fields end_to_end(const std::vector<http::Field>& fields)
{
    const auto named = named_by_connection(fields);
    Fields passed;
    passed.reserve(fields.size() + 4); // for Host, Via and the framing
    for (const http::Field& field : fields)
        if (!is_hop_by_hop(field.name) && !is_one_of(field.name, named))
            passed.push_back({std::string(field.name), std::string(field.value)});
    return passed;
}

Fields forwardable_trailers(const std::vector<http::Field>& trailers)
{
    Fields passed = end_to_end(trailers);
    std::erase_if(passed,
                  [](const HeaderField& field) { return is_one_of(field.name, never_late); });
    return passed;
}

std::optional<std::string_view> find(const Fields& fields, std::string_view name)
{
    const auto found = std::ranges::find_if(fields, [name](const HeaderField& field) {
        return net::equal_ignoring_case(field.name, name);
    });
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

void remove(Fields& fields, std::string_view name)
{
    std::erase_if(fields, [name](const HeaderField& field) {
        return net::equal_ignoring_case(field.name, name);
    });
}

void set(Fields& fields, std::string_view name, std::string_view value)
{
    remove(fields, name);
    fields.push_back({std::string(name), std::string(value)});
}

void append_lines(std::string& text, const Fields& fields)
{
    for (const auto& [name, value] : fields) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
}

} // namespace proxy
