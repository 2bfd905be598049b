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

/// No answer came from the next hop, as opposed to one that must not be had.
bool is_disconnected(const Refusal& refusal)
{
    return refusal.status() == 502 || refusal.status() == 504;
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
                               Delivery& delivery, const Service& service)
    : request_(request), body_(body), client_(client), delivery_(delivery), service_(service),
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
    if (is_answered_by_store()) return serve_fresh();
    if (control_.only_if_cached)
        throw Refusal(504, "The request asks for a stored page only, and there is none.");
    if (may_be_collapsed()) ticket_ = cache_.flights.join(request_.target()->url);
    if (ticket_ && !ticket_->leads()) {
        if (const auto followed = follow(ticket_->flight())) return *followed;
        ticket_.reset();
        consult_store(); // the leader may have brought it
        if (is_answered_by_store()) return serve_fresh();
    }
    return fetch();
}

void CachedExchange::consult_store()
{
    stored_.reset();
    begun_.reset();
    verdict_ = judge_request(view_);
    if (verdict_.use != Use::forward) {
        auto found = cache_.store.find(view_.url, view_.fields);
        if (!found.response)
            verdict_ = {Use::forward,
                        found.has_other_variants ? Forward::vary_miss : Forward::uri_miss};
        else if (has_what_is_asked(*found.response->head, view_))
            stored_ = std::move(found.response);
        else
            verdict_ = {Use::forward, Forward::partial};
        if (found.response && !stored_ && view_.method == "GET" &&
            can_be_completed(*found.response->head, view_.fields))
            begun_ = std::move(found.response);
    }
    if (stored_) verdict_ = judge(control_, *stored_->head, http::now());
    status_ = {.forward = verdict_.reason, .detail = std::string(verdict_.detail)};
}

bool CachedExchange::is_answered_by_store() const
{
    return verdict_.use == Use::serve || verdict_.use == Use::serve_and_revalidate;
}

Outcome CachedExchange::serve_fresh()
{
    status_ = {.hit = true, .ttl = stored_->head->lifespan().ttl(http::now())};
    Outcome served = serve();
    if (verdict_.use == Use::serve_and_revalidate)
        cache_.errands.start(
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

/// With `cookies` that are for this client alone instead of stored ones.
Outcome CachedExchange::serve(const Fields& cookies)
{
    ticket_.reset(); // who waits finds it in the store, however long this client takes
    StoredAnswer answer = answer_from(*stored_->head, view_, service_.pseudonym, http::now());
    if (view_.method == "HEAD" && answer.head.body_size)
        set(answer.head.fields, "Content-Length", std::to_string(*answer.head.body_size));
    if (!cookies.empty()) remove(answer.head.fields, "Set-Cookie");
    for (const HeaderField& cookie : cookies)
        answer.head.fields.push_back(cookie);
    add_status(answer.head);
    delivery_.begin(std::move(answer.head));
    if (view_.method != "HEAD") relay_stored(answer.body, *stored_->body, delivery_);
    delivery_.finish();
    return outcome();
}

/// Requests for all of a thing that is as good for the next one. What one asks for himself, a part
/// or whether it has changed, or wants from the origin alone, he asks alone.
bool CachedExchange::may_be_collapsed() const
{
    constexpr auto own_questions = std::to_array<std::string_view>(
        {"Range", "If-None-Match", "If-Modified-Since", "Authorization"});
    return view_.method == "GET" && verdict_.reason != Forward::request &&
           verdict_.reason != Forward::bypass && !control_.no_cache &&
           std::ranges::none_of(own_questions, [this](std::string_view name) {
               return http::find_field(view_.fields, name).has_value();
           });
}

std::optional<Outcome> CachedExchange::follow(Flight& flight)
{
    constexpr std::chrono::milliseconds longest = 5s; // then better a second question
    const Patience& patience = service_.patience;
    const auto deadline = net::Deadline::in(std::min(longest, patience.answer / 2));
    const auto answer = flight.wait_for_answer(deadline);
    if (!answer || !selects(view_.fields, answer->head->outline().variant) ||
        judge(control_, *answer->head, http::now()).use != Use::serve ||
        !answer->body->has_begun(deadline))
        return std::nullopt;

    const StoredHead& head = *answer->head;
    Response response = incoming_response(
        {.status = head.status(), .reason = head.outline().reason, .fields = head.fields()},
        service_.pseudonym, NextHop::origin, http::now());
    set(response.fields, "Age", std::to_string(head.lifespan().age(http::now()).count()));
    response.body_size = answer->size;
    status_.collapsed = true;
    add_status(response);
    delivery_.begin(std::move(response));
    relay_growing(*answer->body, delivery_, patience.body);
    return outcome();
}

Outcome CachedExchange::fetch()
{
    for (;;) {
        const auto requested = http::now();
        std::optional<std::uint32_t> removals; // of those by a change itself its answer knows
        if (is_safe(view_.method)) removals = cache_.store.removals(view_.url);
        std::unique_ptr<Inquiry> inquiry;
        try {
            inquiry = ask(request_, question(), body_, client_, delivery_, service_);
        } catch (const Refusal& refusal) {
            if (stored_ && is_disconnected(refusal) &&
                may_serve_stale(control_, *stored_->head, Failure::disconnected, http::now()))
                return serve_stale("no answer from the origin");
            throw;
        }
        const Exchanged exchanged{requested, http::now(), removals};
        if (stored_ && inquiry->head().status == http::not_modified) {
            const auto& head = inquiry->head();
            const auto control = parse_cache_control(head.fields);
            const ResponseView answer{head.status, head.fields, control};
            if (const auto confirmed = take_confirmation(*inquiry, answer, exchanged))
                return *confirmed;
            if (!http::find_field(view_.fields, "If-None-Match") ||
                !http::find_field(head.fields, "ETag"))
                continue; // it meant something else: now the client's own question, if he has one
        }
        if (begun_ && is_about_range(inquiry->head().status)) {
            if (const auto completed = complete(*inquiry, exchanged)) return *completed;
            begun_.reset(); // it is about something else: all of it, then
            continue;
        }
        return take_answer(*inquiry, exchanged);
    }
}

/// The request for the next hop; with our own conditions when something stored is to be confirmed.
OutgoingRequest CachedExchange::question() const
{
    OutgoingRequest outgoing =
        outgoing_request(request_, service_.pseudonym, service_.upstream.next_hop());
    if (stored_) set_conditions(outgoing, *stored_->head, view_.fields);
    if (begun_) {
        const StoredHead& head = *begun_->head;
        set(outgoing.fields, "Range", "bytes=" + std::to_string(head.outline().body_size) + "-");
        set(outgoing.fields, "If-Range", strong_validator(head.fields()));
    }
    return outgoing;
}

/// Nothing when the 304 is not about what is stored.
std::optional<Outcome> CachedExchange::take_confirmation(Inquiry& inquiry,
                                                         const ResponseView& answer,
                                                         const Exchanged& exchanged)
{
    if (!confirms(answer.fields, *stored_->head, view_.fields)) {
        stored_.reset();
        return std::nullopt;
    }
    status_.forward_status = http::not_modified;
    const Confirmed confirmed = take_news(cache_.store, view_, *stored_->head, answer, exchanged);
    status_.stored = confirmed.is_stored;
    if (!confirmed.why_not.empty()) status_.detail = confirmed.why_not;
    if (confirmed.head) stored_->head = confirmed.head;
    Fields cookies;
    for (const auto cookie : http::values(answer.fields, "Set-Cookie"))
        cookies.push_back({"Set-Cookie", std::string(cookie)});
    service_.upstream.reuse(inquiry);
    return serve(cookies);
}

Outcome CachedExchange::take_answer(Inquiry& inquiry, const Exchanged& exchanged)
{
    const http::ReceivedResponse& head = inquiry.head();
    const auto control = parse_cache_control(head.fields);
    const ResponseView answer{head.status, head.fields, control};
    status_.forward_status = head.status;
    if (stored_ && is_server_error(head.status) &&
        may_serve_stale(control_, *stored_->head, Failure::server_error, exchanged.received))
        return serve_stale("the origin has failed");
    note_effects(answer, exchanged);

    std::optional<Recording> recording;
    const auto why_not = why_not_stored(view_, answer);
    if (why_not.empty())
        recording.emplace(cache_.store, outline_of(view_, head, control, exchanged),
                          size_of_body(head));
    status_.stored = recording && recording->is_promised();
    if (!why_not.empty()) status_.detail = why_not;
    return pass_on(inquiry, recording);
}

/// The stored part and the rest that has come, as the whole that they are. Nothing when it is not.
std::optional<Outcome> CachedExchange::complete(Inquiry& inquiry, const Exchanged& exchanged)
{
    const http::ReceivedResponse& head = inquiry.head();
    const auto control = parse_cache_control(head.fields);
    Outline outline = outline_of(view_, head, control, exchanged);
    const auto size = size_of_body(head);
    if (!completes(outline.part, head.fields, *begun_->head) ||
        size.value_or(outline.part->range.count) != outline.part->range.count ||
        !why_not_stored(view_, {head.status, head.fields, control}).empty())
        return std::nullopt;

    Response response = incoming_response(head, service_.pseudonym, service_.upstream.next_hop(),
                                          exchanged.received);
    response.status = http::ok;
    response.reason = http::reason_phrase(http::ok);
    response.body_size = outline.part->complete_size;
    remove(response.fields, "Content-Range");
    Recording recording(cache_.store, std::move(outline), size);
    status_.forward_status = head.status;
    status_.stored = recording.is_promised() && *response.body_size <= cache_.store.largest();
    add_status(response);
    delivery_.begin(std::move(response));
    relay_stored({{.bytes = {0, begun_->body->size()}}}, *begun_->body, delivery_);
    relay_recorded(inquiry, recording, delivery_, nullptr);
    service_.upstream.reuse(inquiry);
    return outcome();
}

/// What the answer means for what is stored already.
void CachedExchange::note_effects(const ResponseView& answer, const Exchanged& exchanged)
{
    for (const std::string& url : invalidated_by(view_, answer)) {
        cache_.store.remove(url);
        cache_.flights.end(url);
    }
    if (view_.method != "HEAD" || !stored_) return;
    const bool is_news = agrees(answer, *stored_->head) &&
                         take_news(cache_.store, view_, *stored_->head, answer, exchanged).head;
    if (!is_news && !is_server_error(answer.status)) cache_.store.remove(view_.url);
}

bool CachedExchange::let_others_follow(const std::optional<Recording>& recording)
{
    if (!ticket_) return false;
    const auto shared = recording ? recording->shared() : std::nullopt;
    if (shared)
        ticket_->flight().share(*shared);
    else
        ticket_->decline();
    return shared.has_value();
}

Outcome CachedExchange::pass_on(Inquiry& inquiry, std::optional<Recording>& recording)
{
    const bool is_shared = let_others_follow(recording);
    if (is_shared) inquiry.forget_client();
    Response response = incoming_response(inquiry.head(), service_.pseudonym,
                                          service_.upstream.next_hop(), http::now());
    add_status(response);
    if (inquiry.has_sent_all()) delivery_.note_request_was_read();
    delivery_.begin(std::move(response));
    if (recording)
        relay_recorded(inquiry, *recording, delivery_, is_shared ? ticket_.get() : nullptr);
    else
        relay(inquiry, delivery_);
    service_.upstream.reuse(inquiry);
    return outcome();
}

void CachedExchange::add_status(Response& response) const
{
    add_cache_status(response, status_);
}

Outcome CachedExchange::outcome() const
{
    return {delivery_.status(), delivery_.sent(), delivery_.keeps_connection(),
            std::string(status_.word())};
}

} // namespace proxy
