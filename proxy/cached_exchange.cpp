#include "proxy/cached_exchange.h"

#include <algorithm>
#include <array>

#include "common/http/date.h"
#include "proxy/invalidation.h"
#include "proxy/revalidation.h"
#include "proxy/validation.h"

namespace proxy {
namespace {

constexpr int not_modified = 304;
constexpr std::size_t at_once = std::size_t{64} * 1024;

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
                                                              request.head().fields, control_}
{
}

Outcome CachedExchange::run()
{
    consult_store();
    if (is_answered_by_store()) return serve_fresh();
    if (control_.only_if_cached)
        throw Refusal(504, "The request asks for a stored page only, and there is none.");
    std::unique_ptr<Flights::Ticket> ticket;
    if (may_be_collapsed()) ticket = cache_.flights.join(request_.target()->url);
    if (ticket && !ticket->leads()) {
        if (const auto followed = follow(ticket->flight())) return *followed;
        ticket.reset();
        consult_store(); // the leader may have brought it
        if (is_answered_by_store()) return serve_fresh();
    }
    return fetch(ticket.get());
}

void CachedExchange::consult_store()
{
    stored_.reset();
    verdict_ = judge_request(view_);
    if (verdict_.use != Use::forward) {
        auto found = cache_.store.find(view_.url, view_.fields);
        if (!found.response)
            verdict_ = {Use::forward,
                        found.has_other_variants ? Forward::vary_miss : Forward::uri_miss};
        else if (!has_what_is_asked(*found.response->head, view_.fields))
            verdict_ = {Use::forward, Forward::partial};
        else
            stored_ = std::move(found.response);
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
    const Outcome served = serve();
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

Outcome CachedExchange::serve()
{
    StoredAnswer answer =
        answer_from(*stored_->head, view_.fields, service_.pseudonym, http::now());
    if (view_.method == "HEAD" && answer.head.body_size)
        set(answer.head.fields, "Content-Length", std::to_string(*answer.head.body_size));
    add_status(answer.head);
    if (request_.has_body()) delivery_.end_connection(); // nobody has read it
    delivery_.begin(std::move(answer.head));
    if (view_.method != "HEAD")
        for (const Stretch& stretch : answer.body)
            send(stretch);
    delivery_.finish();
    return outcome();
}

void CachedExchange::send(const Stretch& stretch)
{
    delivery_.send_piece(stretch.text);
    if (const auto bytes = stored_->body->in_memory())
        return delivery_.send_piece(bytes->substr(stretch.bytes.first, stretch.bytes.count));

    std::vector<char> buffer(at_once);
    http::ByteRange left = stretch.bytes;
    while (left.count > 0) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left.count, at_once));
        std::size_t count = 0;
        try {
            count = stored_->body->read(left.first, std::span(buffer).first(most));
        } catch (const net::Error& error) {
            throw Refusal(500, error.what());
        }
        delivery_.send_piece({buffer.data(), count});
        left.first += count;
        left.count -= count;
    }
}

/// Requests for all of a thing that is as good for the next one. What one asks for himself, a part
/// or whether it has changed, he asks alone.
bool CachedExchange::may_be_collapsed() const
{
    constexpr auto own_questions = std::to_array<std::string_view>(
        {"Range", "If-None-Match", "If-Modified-Since", "Authorization"});
    return view_.method == "GET" && verdict_.reason != Forward::request &&
           verdict_.reason != Forward::bypass && !request_.has_body() &&
           std::ranges::none_of(own_questions, [this](std::string_view name) {
               return http::find_field(view_.fields, name).has_value();
           });
}

std::optional<Outcome> CachedExchange::follow(Flight& flight)
{
    const Patience& patience = service_.options.patience;
    const auto answer =
        flight.wait_for_answer(net::Deadline::in(patience.connect + patience.answer));
    if (!answer || !selects(view_.fields, answer->head->outline().variant)) return std::nullopt;
    std::vector<char> buffer(at_once);
    const auto arrived = answer->body->read(0, buffer, net::Deadline::in(patience.body));
    if (!arrived) return std::nullopt;

    const StoredHead& head = *answer->head;
    Response response = incoming_response(
        {.status = head.status(), .reason = head.outline().reason, .fields = head.fields()},
        service_.pseudonym, NextHop::origin, http::now());
    set(response.fields, "Age", std::to_string(head.lifespan().age(http::now()).count()));
    response.body_size = answer->size;
    status_.collapsed = true;
    add_status(response);
    delivery_.begin(std::move(response));
    relay_growing(*answer, *arrived, buffer);
    delivery_.finish();
    return outcome();
}

/// The first `arrived` bytes are in the buffer.
void CachedExchange::relay_growing(const SharedAnswer& answer, std::size_t arrived,
                                   std::vector<char>& buffer)
{
    std::uint64_t at = 0;
    while (arrived > 0) {
        delivery_.send_piece({buffer.data(), arrived});
        delivery_.flush();
        at += arrived;
        const auto deadline = net::Deadline::in(service_.options.patience.body);
        const auto more = answer.body->read(at, buffer, deadline);
        if (!more) throw Refusal(502, "The rest of the page did not come.");
        arrived = *more;
    }
}

Outcome CachedExchange::fetch(Flights::Ticket* ticket)
{
    for (;;) {
        const auto requested = http::now();
        std::unique_ptr<Inquiry> inquiry;
        try {
            inquiry = ask(request_, question(), body_, client_, delivery_, service_);
        } catch (const Refusal& refusal) {
            if (stored_ && is_disconnected(refusal) &&
                may_serve_stale(control_, *stored_->head, Failure::disconnected, http::now()))
                return serve_stale("no answer from the origin");
            throw;
        }
        const Exchanged exchanged{requested, http::now()};
        if (stored_ && inquiry->head().status == not_modified) {
            const auto& head = inquiry->head();
            const auto control = parse_cache_control(head.fields);
            const ResponseView answer{head.status, head.fields, control};
            if (const auto confirmed = take_confirmation(*inquiry, answer, exchanged))
                return *confirmed;
            if (!http::find_field(view_.fields, "If-None-Match"))
                continue; // it meant something else
        }
        return take_answer(*inquiry, exchanged, ticket);
    }
}

/// The request for the next hop; with our own conditions when something stored is to be confirmed.
OutgoingRequest CachedExchange::question() const
{
    OutgoingRequest outgoing =
        outgoing_request(request_, service_.pseudonym, service_.upstream.next_hop());
    if (stored_) set_conditions(outgoing, *stored_->head, view_.fields);
    return outgoing;
}

/// Nothing when the 304 is not about what is stored.
std::optional<Outcome> CachedExchange::take_confirmation(Inquiry& inquiry,
                                                         const ResponseView& answer,
                                                         const Exchanged& exchanged)
{
    if (!confirms(answer.fields, *stored_->head)) {
        stored_.reset();
        return std::nullopt;
    }
    status_.forward_status = not_modified;
    if (const auto fresh = freshened(*stored_->head, answer, exchanged)) {
        status_.stored = cache_.store.refresh(fresh);
        stored_->head = fresh;
    }
    service_.upstream.reuse(inquiry);
    return serve();
}

Outcome CachedExchange::take_answer(Inquiry& inquiry, const Exchanged& exchanged,
                                    Flights::Ticket* ticket)
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
    status_.stored = recording && recording->is_possible();
    if (!why_not.empty()) status_.detail = why_not;
    return pass_on(inquiry, recording, ticket);
}

/// What the answer means for what is stored already.
void CachedExchange::note_effects(const ResponseView& answer, const Exchanged& exchanged)
{
    for (const std::string& url : invalidated_by(view_, answer))
        cache_.store.remove(url);
    if (view_.method != "HEAD" || !stored_) return;
    const auto fresh =
        agrees(answer, *stored_->head) ? freshened(*stored_->head, answer, exchanged) : nullptr;
    if (fresh)
        cache_.store.refresh(fresh);
    else if (!is_server_error(answer.status))
        cache_.store.remove(view_.url);
}

Outcome CachedExchange::pass_on(Inquiry& inquiry, std::optional<Recording>& recording,
                                Flights::Ticket* ticket)
{
    if (ticket != nullptr) {
        const auto shared = recording ? recording->shared() : std::nullopt;
        if (shared)
            ticket->flight().share(*shared);
        else
            ticket->decline();
    }
    Response response = incoming_response(inquiry.head(), service_.pseudonym,
                                          service_.upstream.next_hop(), http::now());
    add_status(response);
    if (!inquiry.has_sent_all()) delivery_.end_connection();
    delivery_.begin(std::move(response));
    if (recording)
        relay_recorded(inquiry, *recording, ticket);
    else
        relay(inquiry, delivery_);
    service_.upstream.reuse(inquiry);
    return outcome();
}

/// It is in the store before the client has all of it, so that who asks again finds it. When the
/// client leaves, those who follow still get the rest.
void CachedExchange::relay_recorded(Inquiry& inquiry, Recording& recording,
                                    const Flights::Ticket* ticket)
{
    bool is_client_there = true;
    const auto deliver = [&](const auto& step) {
        if (!is_client_there) return;
        try {
            step();
        } catch (const net::Error&) {
            if (ticket == nullptr || !ticket->has_followers()) throw;
            is_client_there = false;
        }
    };
    for (;;) {
        auto piece = inquiry.piece_at_hand();
        if (!piece) {
            deliver([&] { delivery_.flush(); });
            piece = inquiry.wait_for_piece();
        }
        if (piece->empty()) break;
        recording.add(*piece);
        deliver([&] { delivery_.send_piece(*piece); });
    }
    recording.finish();
    deliver([&] { delivery_.finish(forwardable_trailers(inquiry.trailers())); });
    if (!is_client_there) throw net::Error("the client left");
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
