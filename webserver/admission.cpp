#include "webserver/admission.h"

#include <arpa/inet.h>

#include "common/ascii.h"
#include "common/http/url.h"
#include "webserver/target_policy.h"

namespace webserver {
namespace {

/// "localhost" (RFC 6761 §6.3) or a loopback address, as a Host field has them.
bool is_this_machine(std::string_view host)
{
    const std::string name = net::to_lower(host);
    in_addr numeric{};
    constexpr std::uint32_t network = 127;
    constexpr int host_bits = 24;
    const bool is_ipv4 = ::inet_pton(AF_INET, name.c_str(), &numeric) == 1;
    return name == "localhost" || name.ends_with(".localhost") || name == "[::1]" ||
           (is_ipv4 && ntohl(numeric.s_addr) >> host_bits == network);
}

bool is_own_origin(std::string_view origin, std::string_view host)
{
    constexpr std::string_view scheme = "http://";
    return origin.starts_with(scheme) &&
           net::equal_ignoring_case(origin.substr(scheme.size()), host);
}

} // namespace

std::optional<std::string> refusal_of(const http::RequestHead& request, const net::Address& client,
                                      Fetching fetching)
{
    if (fetching == Fetching::off) return "This server fetches no pages: it runs with --fetch=off.";
    const auto host = request.field("Host").value_or("");
    if (fetching == Fetching::local) {
        if (!is_loopback(client))
            return "This server fetches pages only for programs on its own machine, unless it is "
                   "started with --fetch=all.";
        const auto authority = http::parse_authority(host);
        if (!host.empty() && !(authority && is_this_machine(authority->host)))
            return "This server fetches pages only under the name localhost: another name may be "
                   "some other site's.";
    }
    const auto site = request.field("Sec-Fetch-Site").value_or("none");
    const auto origin = request.field("Origin");
    if ((site != "none" && site != "same-origin") || (origin && !is_own_origin(*origin, host)))
        return "A page of another site asked for this. If you want it fetched, type its address "
               "into the form on this server's first page.";
    return std::nullopt;
}

} // namespace webserver
