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

constexpr auto never_late = std::to_array<std::string_view>({
    "Age",
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "Date",
    "Expect",
    "Expires",
    "Host",
    "Location",
    "Max-Forwards",
    "Pragma",
    "Range",
    "Retry-After",
    "Set-Cookie",
    "Trailer",
    "Vary",
    "Via",
    "WWW-Authenticate",
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
