#include "webserver/fetch/fetch.h"

#include <algorithm>
#include <vector>

#include "common/http/date.h"
#include "common/http/page_url.h"
#include "common/http/url.h"
#include "common/program/output.h"
#include "common/tls/tls.h"
#include "webserver/fetch/address_policy.h"
#include "webserver/fetch/http_client.h"
#include "webserver/fetch/progress.h"

namespace webserver {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_redirects = 10; // browsers follow 20; loops are detected earlier

/// The policy forbids all addresses of the target.
class RefusedTarget : public net::Error {
public:
    using Error::Error;
};

struct MovedTo {
    std::string url;
};
using Step = std::variant<Fetched, FetchFailure, MovedTo>;

/// `text` with a full stop at its end.
std::string sentence(const std::string& text)
{
    return text.ends_with('.') ? text : text + ".";
}

bool is_redirect(int status)
{
    constexpr std::array redirects = {301, 302, 303, 307, 308};
    return std::ranges::find(redirects, status) != redirects.end();
}

void keep_public(std::vector<net::Address>& addresses)
{
    const std::string refused =
        addresses.front().host() + " is " + std::string(special_use(addresses.front()));
    std::erase_if(addresses, [](const auto& address) { return !special_use(address).empty(); });
    if (addresses.empty())
        throw RefusedTarget(refused + ", which this server does not fetch from unless it is "
                                      "started with --fetch-private");
}

/// One fetch, from the first URL to the page.
class Fetch {
public:
    Fetch(PageStore& saved, const FetchLimits& limits, Freshness freshness, const std::string& via)
        : saved_(saved), limits_(limits), freshness_(freshness), via_(via),
          deadline_(net::Deadline::in(limits.time))
    {
    }

    std::variant<Fetched, FetchFailure> follow(std::string url)
    {
        for (std::size_t redirects = 0; redirects <= most_redirects; ++redirects) {
            if (std::ranges::find(visited_, url) != visited_.end())
                return FetchFailure{508, "The redirects from " + url + " form a loop."};
            visited_.push_back(url);
            auto step = get(url);
            if (auto* fetched = std::get_if<Fetched>(&step)) return std::move(*fetched);
            if (auto* failure = std::get_if<FetchFailure>(&step)) return std::move(*failure);
            url = std::get<MovedTo>(step).url;
        }
        return FetchFailure{508, visited_.front() + " redirects more than " +
                                     std::to_string(most_redirects) + " times."};
    }

private:
    /// The saved copy while it is fresh, else from the origin; a stale copy when the origin fails.
    Step get(const std::string& url)
    {
        auto copy = saved_.find(url);
        if (freshness_ == Freshness::sufficient && copy && copy->body &&
            http::now() < copy->page.fresh_until)
            return Fetched{std::move(*copy), Fetched::How::fresh};
        std::string reason;
        int status = 0;
        try {
            auto step = fetch_from_origin(url, copy);
            auto* failure = std::get_if<FetchFailure>(&step);
            constexpr int first_server_error = 500;
            if (failure == nullptr || failure->status < first_server_error || !copy) return step;
            reason = failure->reason;
        } catch (const RefusedTarget& refused) {
            return FetchFailure{403, sentence(refused.what())};
        } catch (const net::StorageError& error) {
            return FetchFailure{500, sentence(error.what())};
        } catch (const net::Timeout& error) {
            status = 504;
            reason = error.what();
        } catch (const net::Error& error) {
            status = 502;
            reason = error.what();
        }
        if (!copy) return FetchFailure{status, url + " could not be fetched: " + sentence(reason)};
        if (!copy->body) return MovedTo{copy->page.moved_to};
        return Fetched{std::move(*copy), Fetched::How::origin_away, sentence(reason)};
    }

    Step fetch_from_origin(const std::string& url, std::optional<SavedCopy>& copy)
    {
        const auto parsed = http::parse_url(url);
        if (!parsed) return FetchFailure{400, url + " is not an http or https URL."};
        if (parsed->scheme == "https" && !net::has_tls())
            return FetchFailure{501,
                                "https needs TLS, and this server was built without it: install "
                                "libssl-dev and run make again."};

        const ConnectOptions route{.authorities = limits_.authorities,
                                   .check_addresses =
                                       limits_.allow_private ? nullptr : keep_public};
        const OutgoingRequest request{.method = "GET", .url = *parsed, .fields = fields(copy)};
        constexpr std::uint64_t mebibyte = std::uint64_t{1024} * 1024;
        HttpExchange exchange(connect(*parsed, route, deadline_), request,
                              limits_.most_mebibytes * mebibyte, deadline_);
        return handle_response(url, copy, exchange);
    }

    [[nodiscard]] std::vector<std::pair<std::string_view, std::string>>
    fields(const std::optional<SavedCopy>& copy) const
    {
        std::vector<std::pair<std::string_view, std::string>> fields = {
            {"User-Agent", "webserver"},
            {"Via", "1.1 " + via_},
            {"Accept", "*/*"},
            {"Accept-Encoding", "identity"}, // a saved page is sent to any client
        };
        if (!copy || !copy->body) return fields;
        if (!copy->page.etag.empty()) fields.emplace_back("If-None-Match", copy->page.etag);
        if (!copy->page.last_modified.empty())
            fields.emplace_back("If-Modified-Since", copy->page.last_modified);
        return fields;
    }

    Step handle_response(const std::string& url, std::optional<SavedCopy>& copy,
                         HttpExchange& exchange)
    {
        const auto& head = exchange.head();
        const auto location = head.field("Location");
        if (is_redirect(head.status) && location) return save_redirect(url, *location);
        if (head.status == 304 && copy && copy->body) return renew_copy(*copy, head);
        if (head.status == 200) return save_page(url, exchange);
        constexpr int first_error = 400;
        return FetchFailure{head.status < first_error ? 502 : head.status,
                            url + " answers " + std::to_string(head.status) + " " +
                                std::string(http::reason_phrase(head.status)) + "."};
    }

    Step save_redirect(const std::string& url, std::string_view location)
    {
        auto target = http::resolve_reference(url, location);
        if (!target)
            return FetchFailure{502, url + " redirects to a URL that is neither http nor https."};
        saved_.save_move(
            {.url = url, .moved_to = *target, .fetched = http::now(), .fresh_until = http::now()});
        return MovedTo{std::move(*target)};
    }

    Step renew_copy(SavedCopy& copy, const http::ReceivedResponse& head)
    {
        SavedPage renewed = copy.page;
        renewed.fresh_until = fresh_until(head, http::now());
        saved_.renew(copy.page, renewed);
        copy.page = std::move(renewed);
        return Fetched{std::move(copy), Fetched::How::revalidated};
    }

    Step save_page(const std::string& url, HttpExchange& exchange)
    {
        SavedPage page = page_of(url, exchange.head(), http::now());
        net::AtomicFile file = saved_.begin(url);
        Progress progress(
            [&url](const std::string& text) {
                net::print_diagnostic("fetching " + url + ": " + text + "\n",
                                      net::Deadline::in({}));
            },
            2s);
        http::Body& body = exchange.body();
        for (auto piece = body.read(deadline_); !piece.empty(); piece = body.read(deadline_)) {
            file.write(piece);
            progress.update(body.received(), body.size());
        }
        page.size = file.size();
        page.fetched = http::now();
        return Fetched{saved_.save(page, file), Fetched::How::saved};
    }

    PageStore& saved_;
    const FetchLimits& limits_;
    const Freshness freshness_;
    const std::string& via_;
    net::Deadline deadline_;
    std::vector<std::string> visited_;
};

} // namespace

std::variant<Fetched, FetchFailure> fetch(const std::string& url, PageStore& saved,
                                          const FetchLimits& limits, Freshness freshness,
                                          const std::string& via)
{
    return Fetch(saved, limits, freshness, via).follow(url);
}

} // namespace webserver
