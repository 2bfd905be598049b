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

/// An origin's error status as it is sent to the client. A status that needs a field of its own
/// (WWW-Authenticate, Allow) or is about the origin's connection (RFC 9110 §15.5) becomes 502.
int status_for_client(int status)
{
    constexpr std::array client_specific = {401, 405, 407, 408, 426};
    return std::ranges::find(client_specific, status) == client_specific.end() ? status : 502;
}

} // namespace

Fetcher::Fetcher(FetchPolicy fetching, FetchLimits limits, std::filesystem::path saved)
    : fetching_(fetching), limits_(std::move(limits)),
      saved_(std::move(saved), pages_that_fit * limits_.most_mebibytes << 20)
{
}

bool Fetcher::handles(const http::RequestHead& request, const net::Address& client) const
{
    const auto fetch_request = parse_fetch_request(request);
    if (!fetch_request) return false;
    // For a client that may not see saved pages, such a link is a path of the site.
    return fetch_request->kind != FetchRequest::Kind::own_link ||
           !fetch_refusal(request, client, fetching_);
}

Response Fetcher::answer(const http::RequestHead& request, const net::Address& client)
{
    const auto fetch_request = parse_fetch_request(request);
    const auto refusal = fetch_refusal(request, client, fetching_);
    if (refusal) return response_with_failure(403, *refusal);
    return fetch_request ? respond(*fetch_request, request)
                         : response_with_failure(404, "The request does not name a page to fetch.");
}

Response Fetcher::respond(const FetchRequest& fetch_request, const http::RequestHead& request)
{
    switch (fetch_request.kind) {
    case FetchRequest::Kind::page: return respond_with_page(fetch_request.url, request);
    case FetchRequest::Kind::canonical:
    case FetchRequest::Kind::form:
    case FetchRequest::Kind::own_link:
        return response_with_redirect(address_here(fetch_request.url));
    case FetchRequest::Kind::list: return response_with_list(saved_.list());
    case FetchRequest::Kind::bad_url: break;
    }
    return response_with_failure(
        400, "The address of the page must be a URL such as http://example.org/.");
}

Response Fetcher::respond_with_page(const std::string& url, const http::RequestHead& request)
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
