#include "proxy/message/max_forwards.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"

namespace proxy {
namespace {

/// The request as received, without fields that a script must not see (RFC 9110 §9.3.8).
std::string echo_of(const http::RequestHead& head)
{
    constexpr auto secret =
        std::to_array<std::string_view>({"Authorization", "Proxy-Authorization", "Cookie"});
    std::string text(head.method);
    text +=
        " " + std::string(head.target) + " HTTP/1." + std::to_string(head.minor_version) + "\r\n";
    for (const http::Field& field : head.fields) {
        const auto same = [&](auto name) { return net::equal_ignoring_case(name, field.name); };
        if (std::ranges::none_of(secret, same))
            text += std::string(field.name) + ": " + std::string(field.value) + "\r\n";
    }
    return text + "\r\n";
}

} // namespace

std::optional<OwnResponse> last_hop_response(const Request& request)
{
    if (hops_left(request) != std::uint64_t{0}) return std::nullopt;
    if (request.method() == "TRACE")
        return own_response(200, "message/http", echo_of(request.head()));
    OwnResponse response = own_response(200, "text/plain", "");
    remove(response.head.fields, "Content-Type");
    response.head.fields.push_back(
        {"Allow", "GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH"});
    return response;
}

} // namespace proxy
