#include "webserver/fetch/fetcher.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "common/text/ascii.h"
#include "webserver/fetch/fetch_pages.h"

namespace webserver {
namespace {

constexpr std::uint64_t pages_that_fit = 4; // of the largest size: the capacity of the folder
constexpr std::ptrdiff_t most_fetches = 64; // at once

/// A name that no other process has.
std::string pseudonym()
{
    std::random_device random;
    return "webserver-" + std::to_string(random());
}

/// Whether the client asks for the page as it is now, as a browser's reload does (RFC 9111 §5.2.1,
/// §5.4).
bool asks_for_revalidation(const http::RequestHead& request)
{
    const std::string list = request.list("Cache-Control").value_or("");
    const auto members = net::split(list, ',');
    const auto is_such = [](std::string_view member) {
        const std::string directive = net::to_lower(net::trim(member));
        return directive == "no-cache" || directive == "max-age=0";
    };
    return std::ranges::any_of(members, is_such) ||
           net::equal_ignoring_case(request.field("Pragma").value_or(""), "no-cache");
}

/// Gives a place back at the end of its scope.
class TakenPlace {
public:
    explicit TakenPlace(std::counting_semaphore<>& places) : places_(places) {}
    ~TakenPlace() { places_.release(); }
    TakenPlace(const TakenPlace&) = delete;
    TakenPlace& operator=(const TakenPlace&) = delete;

private:
    std::counting_semaphore<>& places_;
};

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
      saved_(std::move(saved), pages_that_fit * limits_.most_mebibytes << 20), via_(pseudonym()),
      places_(most_fetches)
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
    if (request.list("Via").value_or("").find(via_) != std::string::npos)
        return response_with_failure(508, "The page is fetched by this server from itself, without "
                                          "an end (RFC 9110 §7.6.3).");
    if (!places_.try_acquire())
        return response_with_failure(503, "The server fetches as many pages as it can. Please try "
                                          "again.");
    const TakenPlace place(places_);
    const auto freshness =
        asks_for_revalidation(request) ? Freshness::revalidated : Freshness::sufficient;
    auto result = fetch(url, saved_, limits_, freshness, via_);
    if (const auto* failure = std::get_if<FetchFailure>(&result))
        return response_with_failure(status_for_client(failure->status), failure->reason);

    auto& fetched = std::get<Fetched>(result);
    // A browser needs the page's final URL for its relative links; other clients do not.
    const bool is_browser = request.field("Sec-Fetch-Dest").has_value();
    if (is_browser && fetched.copy.page.url != url)
        return response_with_redirect(address_here(fetched.copy.page.url));
    return response_with_saved(std::move(fetched), request);
}

} // namespace webserver
