// One request handled by the cache: serves fresh entries, validates stale ones, forwards the rest
// and stores the responses.
#pragma once

#include <memory>
#include <optional>

#include "proxy/cache/cache_status.h"
#include "proxy/cache/response_from_cache.h"
#include "proxy/exchange/outcome.h"
#include "proxy/exchange/send_to_next_hop.h"
#include "proxy/store/cache.h"
#include "proxy/store/cache_writer.h"

namespace proxy {

/// The states of a request, from run() on; each name is a method.
///
///     consult_store --fresh--> serve_fresh
///       |  stale or not stored
///       +--the same is being fetched--> follow --not usable--> consult_store, once more
///       v
///     fetch: send_to_next_hop  <---------------------------+
///       +--no response----> serve_stale, or HttpError      |  again, with what is left:
///       +--304------------> handle_not_modified            |  the client's own condition,
///       |                     matches: serve               |  or the whole object
///       |                     matches not: ----------------+
///       +--206 or 416-----> complete (prefix_)             |
///       |                     fits not: -------------------+
///       +--any other------> handle_response
///                             5xx, stale one allowed: serve_stale
///                             else forward_response, which stores it and shares it
///
/// stored_ is set from consult_store on while a stored response may still be served, prefix_ while
/// the origin is asked for the rest of one, membership_ while other requests may wait for this one.
class CachedExchange {
public:
    /// `body` is the request's. All must outlive this object.
    CachedExchange(const Request& request, http::Body& body, ClientSide client,
                   ResponseWriter& writer, const Service& service);

    /// Sends the response to the client. Throws HttpError when there is no response, and net::Error
    /// when the client has disconnected.
    [[nodiscard]] Outcome run();

    /// The cache status so far, for an error page sent instead of a response.
    [[nodiscard]] const CacheStatus& status() const { return status_; }

private:
    void consult_store();
    [[nodiscard]] bool can_serve_from_store() const;
    [[nodiscard]] Outcome serve(const Fields& cookies = {});
    [[nodiscard]] Outcome serve_fresh();
    [[nodiscard]] Outcome serve_stale(std::string_view why);

    [[nodiscard]] bool may_be_collapsed() const;
    [[nodiscard]] std::optional<Outcome> follow(CollapsedRequest& collapsed_request);

    [[nodiscard]] Outcome fetch();
    [[nodiscard]] OutgoingRequest outgoing() const;
    [[nodiscard]] Outcome handle_response(OriginRequest& origin_request, const RequestTimes& times);
    [[nodiscard]] std::optional<Outcome> handle_not_modified(OriginRequest& origin_request,
                                                             const ResponseView& response,
                                                             const RequestTimes& times);
    [[nodiscard]] std::optional<Outcome> complete(OriginRequest& origin_request,
                                                  const RequestTimes& times);
    void invalidate_or_update(const ResponseView& response, const RequestTimes& times);
    [[nodiscard]] bool share_with_followers(const std::optional<CacheWriter>& cache_writer);
    [[nodiscard]] Outcome forward_response(OriginRequest& origin_request,
                                           std::optional<CacheWriter>& cache_writer);

    void add_status(Response& response) const;
    [[nodiscard]] Outcome outcome() const;

    const Request& request_;
    http::Body& body_;
    const ClientSide client_;
    ResponseWriter& writer_;
    const Service& service_;
    Cache& cache_;
    const CacheControl control_; // of the request
    const RequestView view_;
    ReuseDecision decision_{};
    std::optional<StoredResponse> stored_{};
    std::optional<StoredResponse> prefix_{}; // a stored prefix; the origin sends the rest
    // While other requests may wait for this response.
    std::unique_ptr<RequestCollapsing::Membership> membership_{};
    CacheStatus status_{};
};

/// Appends Cache-Status ("proxy; hit; ttl=60") to a response, after the values of other caches.
void add_cache_status(Response& response, const CacheStatus& status);

} // namespace proxy
