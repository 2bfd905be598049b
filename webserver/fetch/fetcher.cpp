#include "webserver/fetch/fetcher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "webserver/fetch/fetch_pages.h"

namespace webserver {
namespace {

constexpr std::uint64_t pages_that_fit = 4; // of the largest size: the capacity of the folder

std::string address_here(const std::string& url)
{
    return "/" + url;
}

/// An origin's error status for our client. Those that ask the client for something in a field of
/// their own (WWW-Authenticate, Allow) or concern the connection (RFC 9110 §15.5) become 502.
int status_for_client(int status)
{
    constexpr std::array asking = {401, 405, 407, 408, 426};
    return std::ranges::find(asking, status) == asking.end() ? status : 502;
}

} // namespace

Fetcher::Fetcher(FetchPolicy fetching, FetchLimits limits, std::filesystem::path saved)
    : fetching_(fetching), limits_(std::move(limits)),
      saved_(std::move(saved), pages_that_fit * limits_.most_mebibytes << 20)
{
}

bool Fetcher::concerns(const http::RequestHead& request, const net::Address& client) const
{
    const auto fetch_request = parse_fetch_request(request);
    if (!fetch_request) return false;
    // A link of a saved page, but the client may not see saved pages: a path of the site.
    return fetch_request->kind != FetchRequest::Kind::own_link ||
           !refusal_of(request, client, fetching_);
}

Response Fetcher::answer(const http::RequestHead& request, const net::Address& client)
{
    const auto fetch_request = parse_fetch_request(request);
    const auto refusal = refusal_of(request, client, fetching_);
    if (refusal) return response_with_failure(403, *refusal);
    return fetch_request ? carry_out(*fetch_request, request)
                         : response_with_failure(404, "There is nothing to fetch.");
}

Response Fetcher::carry_out(const FetchRequest& fetch_request, const http::RequestHead& request)
{
    switch (fetch_request.kind) {
    case FetchRequest::Kind::page: return send_page(fetch_request.url, request);
    case FetchRequest::Kind::canonical:
    case FetchRequest::Kind::form:
    case FetchRequest::Kind::own_link:
        return response_with_redirect(address_here(fetch_request.url));
    case FetchRequest::Kind::list: return response_with_list(saved_.list());
    case FetchRequest::Kind::unreadable: break;
    }
    return response_with_failure(400,
                                 "What is to be fetched is a URL such as http://example.org/.");
}

Response Fetcher::send_page(const std::string& url, const http::RequestHead& request)
{
    auto result = fetch(url, saved_, limits_);
    if (const auto* failure = std::get_if<FetchFailure>(&result))
        return response_with_failure(status_for_client(failure->status), failure->reason);

    auto& fetched = std::get<Fetched>(result);
    // A browser needs the page's final URL for its relative links; other clients do not.
    const bool is_browser = request.field("Sec-Fetch-Dest").has_value();
    if (is_browser && fetched.copy.page.url != url)
        return response_with_redirect(address_here(fetched.copy.page.url));
    return response_with_saved(std::move(fetched), request.field("Sec-Fetch-Dest") == "document");
}

} // namespace webserver
