#include "proxy/exchange/cached_exchange.h"

#include <algorithm>
#include <array>

#include "common/http/date.h"
#include "common/http/head.h"
#include "common/http/status_code.h"
#include "proxy/cache/invalidation.h"
#include "proxy/cache/validation.h"
#include "proxy/exchange/background_revalidation.h"
#include "proxy/exchange/relay.h"

namespace proxy {
namespace {

bool is_server_error(int status)
{
    constexpr std::array errors = {500, 502, 503, 504}; // RFC 5861 §4
    return std::ranges::find(errors, status) != errors.end();
}

/// The next hop sent no response, as opposed to a request that the proxy refuses.
bool is_disconnected(const HttpError& error)
{
    return error.status() == 502 || error.status() == 504;
}

bool is_about_range(int status)
{
    return status == 206 || status == 416;
}

std::optional<std::uint64_t> size_of_body(const http::ReceivedResponse& head)
{
    if (head.framing == http::Framing::counted) return head.content_length;
    if (head.framing == http::Framing::no_body) return 0;
    return std::nullopt;
}

} // namespace

void add_cache_status(Response& response, const CacheStatus& status)
{
    response.fields.push_back({"Cache-Status", status.text()});
}

CachedExchange::CachedExchange(const Request& request, http::Body& body, ClientSide client,
                               ResponseWriter& writer, const Service& service)
    : request_(request), body_(body), client_(client), writer_(writer), service_(service),
      cache_(service.cache),
      control_(request_control(request.head().fields)), view_{request.method(),
                                                              request.target()->url,
                                                              request.head().fields, control_,
                                                              request.has_body()}
{
}

Outcome CachedExchange::run()
{
    consult_store();
    if (can_serve_from_store()) return serve_fresh();
    if (control_.only_if_cached)
        throw HttpError(504,
                        "The request accepts only a stored response (only-if-cached), and none is "
                        "stored.");
    if (may_be_collapsed()) membership_ = cache_.collapsing.join(request_.target()->url);
    if (membership_ && !membership_->leads()) {
        if (const auto followed = follow(membership_->collapsed_request())) return *followed;
        membership_.reset();
        consult_store(); // the leader may have stored it
        if (can_serve_from_store()) return serve_fresh();
    }
    return fetch();
}

void CachedExchange::consult_store()
{
    stored_.reset();
    prefix_.reset();
    decision_ = decide_cache_use(view_);
    if (decision_.use != Use::forward) {
        auto found = cache_.store.find(view_.url, view_.fields);
        if (!found.response)
            decision_ = {Use::forward,
                         found.has_other_variants ? Forward::vary_miss : Forward::uri_miss};
        else if (has_requested_range(*found.response->head, view_))
            stored_ = std::move(found.response);
        else
            decision_ = {Use::forward, Forward::partial};
        if (found.response && !stored_ && view_.method == "GET" &&
            can_be_completed(*found.response->head, view_.fields))
            prefix_ = std::move(found.response);
    }
    if (stored_) decision_ = decide_reuse(control_, *stored_->head, http::now());
    status_ = {.forward = decision_.reason, .detail = std::string(decision_.detail)};
}

bool CachedExchange::can_serve_from_store() const
{
    return decision_.use == Use::serve || decision_.use == Use::serve_and_revalidate;
}

Outcome CachedExchange::serve_fresh()
{
    status_ = {.hit = true, .ttl = stored_->head->lifespan().ttl(http::now())};
    Outcome served = serve();
    if (decision_.use == Use::serve_and_revalidate)
        cache_.background.start(
            [service = service_, text = request_.text(), client = client_.stream.peer()] {
                revalidate(text, client, service);
            });
    return served;
}

Outcome CachedExchange::serve_stale(std::string_view why)
{
    status_.detail = why;
    status_.ttl = stored_->head->lifespan().ttl(http::now());
    return serve();
}

/// Sends the stored response, with `cookies` that the origin has just sent for this client.
Outcome CachedExchange::serve(const Fields& cookies)
{
    membership_.reset(); // followers read the store; they need not wait for this client
    ResponseFromCache response =
        response_from_cache(*stored_->head, view_, service_.pseudonym, http::now());
    if (view_.method == "HEAD" && response.head.body_size)
        set(response.head.fields, "Content-Length", std::to_string(*response.head.body_size));
    for (const HeaderField& cookie : cookies)
        response.head.fields.push_back(cookie);
    add_status(response.head);
    writer_.begin(std::move(response.head));
    if (view_.method != "HEAD") relay_stored(response.body, *stored_->body, writer_);
    writer_.finish();
    return outcome();
}

/// Only plain GETs for the whole object are collapsed. A request with a range, a condition or a
/// login, or one that must reach the origin, is sent on its own.
bool CachedExchange::may_be_collapsed() const
{
    constexpr auto individual_fields = std::to_array<std::string_view>(
        {"Range", "If-None-Match", "If-Modified-Since", "Authorization"});
    return view_.method == "GET" && decision_.reason != Forward::request &&
           decision_.reason != Forward::bypass && !control_.no_cache &&
           std::ranges::none_of(individual_fields, [this](std::string_view name) {
               return http::find_field(view_.fields, name).has_value();
           });
}

std::optional<Outcome> CachedExchange::follow(CollapsedRequest& collapsed_request)
{
    constexpr std::chrono::milliseconds longest = 5s; // then send a request of our own
    const Timeouts& timeouts = service_.timeouts;
    const auto deadline = net::Deadline::in(std::min(longest, timeouts.answer / 2));
    const auto shared = collapsed_request.wait_for_response(deadline);
    if (!shared || !selects(view_.fields, shared->head->meta().variant) ||
        decide_reuse(control_, *shared->head, http::now()).use != Use::serve ||
        !shared->body->has_begun(deadline))
        return std::nullopt;

    const StoredHead& head = *shared->head;
    Response response = incoming_response(
        {.status = head.status(), .reason = head.meta().reason, .fields = head.fields()},
        service_.pseudonym, NextHop::origin, http::now());
    set(response.fields, "Age", std::to_string(head.lifespan().age(http::now()).count()));
    remove(response.fields, "Set-Cookie"); // it is the leader's
    response.body_size = shared->size;
    status_.collapsed = true;
    add_status(response);
    writer_.begin(std::move(response));
    relay_in_progress(*shared->body, writer_, timeouts.body);
    return outcome();
}

Outcome CachedExchange::fetch()
{
    for (;;) {
        const auto requested = http::now();
        std::optional<std::uint32_t> generation; // none if its own response invalidates
        if (is_safe(view_.method)) generation = cache_.store.generation(view_.url);
        std::unique_ptr<OriginRequest> origin_request;
        try {
            origin_request =
                send_to_next_hop(request_, outgoing(), body_, client_, writer_, service_);
        } catch (const HttpError& error) {
            if (stored_ && is_disconnected(error) &&
                may_serve_stale(control_, *stored_->head, OriginFailure::disconnected, http::now()))
                return serve_stale("no response from the origin");
            throw;
        }
        const RequestTimes times{requested, http::now(), generation};
        if (stored_ && origin_request->head().status == http::not_modified) {
            const auto& head = origin_request->head();
            const auto control = parse_cache_control(head.fields);
            const ResponseView response{head.status, head.fields, control};
            if (const auto result = handle_not_modified(*origin_request, response, times))
                return *result;
            if (!http::find_field(view_.fields, "If-None-Match") ||
                !http::find_field(head.fields, "ETag"))
                continue; // about another entity: retry with the client's own condition
        }
        if (prefix_ && is_about_range(origin_request->head().status)) {
            if (const auto completed = complete(*origin_request, times)) return *completed;
            prefix_.reset(); // not the missing part: request the whole object
            continue;
        }
        return handle_response(*origin_request, times);
    }
}

/// The request for the next hop. Adds conditions to validate a stored response, or a Range to
/// complete a partial one.
OutgoingRequest CachedExchange::outgoing() const
{
    OutgoingRequest outgoing =
        outgoing_request(request_, service_.pseudonym, service_.upstream.next_hop());
    if (stored_) set_conditions(outgoing, *stored_->head, view_.fields);
    if (prefix_) {
        const StoredHead& head = *prefix_->head;
        set(outgoing.fields, "Range", "bytes=" + std::to_string(head.meta().body_size) + "-");
        set(outgoing.fields, "If-Range", strong_validator(head.fields()));
    }
    return outgoing;
}

/// Handles a 304. Nothing when it is not about the stored response.
std::optional<Outcome> CachedExchange::handle_not_modified(OriginRequest& origin_request,
                                                           const ResponseView& response,
                                                           const RequestTimes& times)
{
    if (!validates(response.fields, *stored_->head, view_.fields)) {
        stored_.reset();
        return std::nullopt;
    }
    status_.forward_status = http::not_modified;
    const HeaderUpdate result =
        update_stored_headers(cache_.store, view_, *stored_->head, response, times);
    status_.stored = result.is_stored;
    if (!result.why_not.empty()) status_.detail = result.why_not;
    if (result.head) stored_->head = result.head;
    Fields cookies;
    for (const auto cookie : http::values(response.fields, "Set-Cookie"))
        cookies.push_back({"Set-Cookie", std::string(cookie)});
    service_.upstream.reuse(origin_request);
    return serve(cookies);
}

Outcome CachedExchange::handle_response(OriginRequest& origin_request, const RequestTimes& times)
{
    const http::ReceivedResponse& head = origin_request.head();
    const auto control = parse_cache_control(head.fields);
    const ResponseView response{head.status, head.fields, control};
    status_.forward_status = head.status;
    if (stored_ && is_server_error(head.status) &&
        may_serve_stale(control_, *stored_->head, OriginFailure::server_error, times.received))
        return serve_stale("server error from the origin");
    invalidate_or_update(response, times);

    std::optional<CacheWriter> cache_writer;
    const auto why_not = why_not_stored(view_, response);
    if (why_not.empty())
        cache_writer.emplace(cache_.store, meta_of(view_, head, control, times),
                             size_of_body(head));
    status_.stored = cache_writer && cache_writer->expects_to_store();
    if (!why_not.empty()) status_.detail = why_not;
    return forward_response(origin_request, cache_writer);
}

/// Sends and stores the stored part and its rest as one 200. Nothing when they do not fit together.
std::optional<Outcome> CachedExchange::complete(OriginRequest& origin_request,
                                                const RequestTimes& times)
{
    const http::ReceivedResponse& head = origin_request.head();
    const auto control = parse_cache_control(head.fields);
    StoredResponseMeta meta = meta_of(view_, head, control, times);
    const auto size = size_of_body(head);
    if (!completes(meta.part, head.fields, *prefix_->head) ||
        size.value_or(meta.part->range.count) != meta.part->range.count ||
        !why_not_stored(view_, {head.status, head.fields, control}).empty())
        return std::nullopt;

    Response response =
        incoming_response(head, service_.pseudonym, service_.upstream.next_hop(), times.received);
    response.status = http::ok;
    response.reason = http::reason_phrase(http::ok);
    response.body_size = meta.part->complete_size;
    remove(response.fields, "Content-Range");
    CacheWriter cache_writer(cache_.store, std::move(meta), size);
    status_.forward_status = head.status;
    status_.stored =
        cache_writer.expects_to_store() && *response.body_size <= cache_.store.largest();
    add_status(response);
    writer_.begin(std::move(response));
    relay_stored({{.bytes = {0, prefix_->body->size()}}}, *prefix_->body, writer_);
    relay_and_store(origin_request, cache_writer, writer_, nullptr);
    service_.upstream.reuse(origin_request);
    return outcome();
}

/// Invalidates or updates what is stored, as the response requires.
void CachedExchange::invalidate_or_update(const ResponseView& response, const RequestTimes& times)
{
    for (const std::string& url : invalidated_by(view_, response)) {
        cache_.store.remove(url);
        cache_.collapsing.end(url);
    }
    if (view_.method != "HEAD" || !stored_) return;
    const bool changed =
        matches_head_response(response, *stored_->head) &&
        update_stored_headers(cache_.store, view_, *stored_->head, response, times).head;
    if (!changed && !is_server_error(response.status)) cache_.store.remove(view_.url);
}

bool CachedExchange::share_with_followers(const std::optional<CacheWriter>& cache_writer)
{
    if (!membership_) return false;
    const auto shared = cache_writer ? cache_writer->shared() : std::nullopt;
    if (shared)
        membership_->collapsed_request().share(*shared);
    else
        membership_->decline();
    return shared.has_value();
}

Outcome CachedExchange::forward_response(OriginRequest& origin_request,
                                         std::optional<CacheWriter>& cache_writer)
{
    const bool is_shared = share_with_followers(cache_writer);
    if (is_shared)
        origin_request.share([this] { return membership_ && membership_->has_followers(); });
    Response response = incoming_response(origin_request.head(), service_.pseudonym,
                                          service_.upstream.next_hop(), http::now());
    add_status(response);
    if (origin_request.has_sent_all()) writer_.note_request_was_read();
    writer_.begin(std::move(response));
    if (cache_writer)
        relay_and_store(origin_request, *cache_writer, writer_,
                        is_shared ? membership_.get() : nullptr);
    else
        relay(origin_request, writer_);
    service_.upstream.reuse(origin_request);
    return outcome();
}

void CachedExchange::add_status(Response& response) const
{
    add_cache_status(response, status_);
}

Outcome CachedExchange::outcome() const
{
    return {writer_.status(), writer_.sent(), writer_.keeps_connection(),
            std::string(status_.word())};
}

} // namespace proxy
