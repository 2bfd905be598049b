#include "webserver/fetch/fetcher.h"

#include <algorithm>
#include <array>
#include <utility>

#include "webserver/fetch/fetch_pages.h"

namespace webserver {
namespace {

constexpr std::uint64_t pages_that_fit = 4; // of the largest size, in the folder

std::string address_here(const std::string& url)
{
    return "/" + url;
}

/// An origin's refusal as ours. Those that ask something of its client, and have a field of their
/// own for it or speak of the connection (RFC 9110 §15.5), are not for a browser here to obey.
int passed_on(int status)
{
    constexpr std::array asking = {401, 405, 407, 408, 426};
    return std::ranges::find(asking, status) == asking.end() ? status : 502;
}

} // namespace

Fetcher::Fetcher(Fetching fetching, FetchLimits limits, std::filesystem::path saved)
    : fetching_(fetching), limits_(std::move(limits)),
      saved_(std::move(saved), pages_that_fit * limits_.most_mebibytes << 20)
{
}

bool Fetcher::concerns(const http::RequestHead& request, const net::Address& client) const
{
    const auto errand = errand_of(request);
    if (!errand) return false;
    // A link of a saved page that was seen by somebody who may not see one: a mere path.
    return errand->kind != Errand::Kind::own_link || !refusal_of(request, client, fetching_);
}

Reply Fetcher::answer(const http::RequestHead& request, const net::Address& client)
{
    const auto errand = errand_of(request);
    const auto refusal = refusal_of(request, client, fetching_);
    if (refusal) return reply_with_failure(403, *refusal);
    return errand ? carry_out(*errand, request)
                  : reply_with_failure(404, "There is nothing to fetch.");
}

Reply Fetcher::carry_out(const Errand& errand, const http::RequestHead& request)
{
    switch (errand.kind) {
    case Errand::Kind::page: return send_page(errand.url, request);
    case Errand::Kind::canonical:
    case Errand::Kind::form:
    case Errand::Kind::own_link: return reply_with_redirect(address_here(errand.url));
    case Errand::Kind::list: return reply_with_list(saved_.list());
    case Errand::Kind::unreadable: break;
    }
    return reply_with_failure(400, "What is to be fetched is a URL such as http://example.org/.");
}

Reply Fetcher::send_page(const std::string& url, const http::RequestHead& request)
{
    auto result = fetch(url, saved_, limits_);
    if (const auto* failure = std::get_if<FetchFailure>(&result))
        return reply_with_failure(passed_on(failure->status), failure->reason);

    auto& fetched = std::get<Fetched>(result);
    // A browser has to know where the page really is, for its relative links; others just want it.
    const bool is_browser = request.field("Sec-Fetch-Dest").has_value();
    if (is_browser && fetched.copy.page.url != url)
        return reply_with_redirect(address_here(fetched.copy.page.url));
    return reply_with_saved(std::move(fetched), request.field("Sec-Fetch-Dest") == "document");
}

} // namespace webserver
