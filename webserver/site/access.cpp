#include "webserver/site/access.h"

#include <arpa/inet.h>

#include "common/address_block.h"
#include "common/http/page_url.h"
#include "common/http/url.h"
#include "common/text/ascii.h"

namespace webserver {
namespace {

/// "localhost" (RFC 6761 §6.3) or a loopback address, in the form of a Host field.
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

bool is_own_page(std::string_view referer, std::string_view host)
{
    const auto url = http::parse_url(referer);
    return url && net::equal_ignoring_case(http::authority_of(*url), host);
}

bool is_under_own_name(const http::RequestHead& request)
{
    const auto authority = http::parse_authority(request.field("Host").value_or(""));
    return authority && is_this_machine(authority->host);
}

bool is_of_another_site(const http::RequestHead& request)
{
    const auto host = request.field("Host").value_or("");
    const auto site = request.field("Sec-Fetch-Site").value_or("none");
    const auto origin = request.field("Origin");
    if (site != "none" && site != "same-origin") return true;
    if (origin) return !is_own_origin(*origin, host);
    const auto referer = request.field("Referer"); // all that browsers before 2023 may send
    return !request.field("Sec-Fetch-Site") && referer && !is_own_page(*referer, host);
}

} // namespace

std::optional<std::string> fetch_refusal(const http::RequestHead& request,
                                         const net::Address& client, FetchPolicy fetching)
{
    if (fetching == FetchPolicy::off)
        return "This server fetches no pages: it runs with --fetch=off.";
    if (fetching == FetchPolicy::local) {
        if (!net::leads_to_loopback(client))
            return "This server fetches pages only for programs on its own machine, unless it is "
                   "started with --fetch=all.";
        if (!request.field("Host").value_or("").empty() && !is_under_own_name(request))
            return "This server fetches pages only under the name localhost, because another name "
                   "may belong to another site.";
    }
    if (is_of_another_site(request))
        return "A page of another site sent this request. To fetch the page, type its address into "
               "the form on this server's first page.";
    return std::nullopt;
}

std::optional<std::string> live_page_refusal(const http::RequestHead& request,
                                             const net::Address& client)
{
    if (!net::leads_to_loopback(client))
        return "The live page is only for browsers on the server's machine.";
    if (!is_under_own_name(request))
        return "The live page is shown only under the name localhost, because another name may "
               "belong to another site.";
    if (is_of_another_site(request))
        return "A page of another site sent this request. To open the live page, type its address.";
    return std::nullopt;
}

} // namespace webserver
