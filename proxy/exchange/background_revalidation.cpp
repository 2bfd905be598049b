#include "proxy/exchange/background_revalidation.h"

#include "common/http/date.h"
#include "common/http/status_code.h"
#include "proxy/cache/reuse.h"
#include "proxy/cache/validation.h"
#include "proxy/store/cache.h"
#include "proxy/store/cache_writer.h"

namespace proxy {
namespace {

class Revalidation {
public:
    Revalidation(const Request& request, const Service& service)
        : request_(request), service_(service), store_(service.cache.store),
          control_(request_control(request.head().fields)), view_{request.method(),
                                                                  request.target()->url,
                                                                  request.head().fields, control_}
    {
    }

    void run(const net::Address& client)
    {
        const auto stored = store_.find(view_.url, view_.fields).response;
        if (!stored || stored->head->lifespan().is_fresh(http::now())) return; // done meanwhile
        OutgoingRequest outgoing =
            outgoing_request(request_, service_.pseudonym, service_.upstream.next_hop());
        outgoing.method = "GET";
        remove_content(outgoing); // nobody sends any
        set_conditions(outgoing, *stored->head, {});
        remove(outgoing.fields, "Range");
        if (service_.login.is_asked_for()) remove(outgoing.fields, "Proxy-Authorization");
        const auto requested = http::now();
        const auto removals = store_.removals(view_.url);
        Question question{.method = outgoing.method, .head = outgoing.text()};
        question.logs_in_connection = outgoing.logs_in_connection();
        const auto inquiry = service_.upstream.ask(*request_.target(), client, std::move(question),
                                                   true, [](const http::ReceivedResponse&) {});
        take(*inquiry, *stored->head, {requested, http::now(), removals});
    }

private:
    void take(Inquiry& inquiry, const StoredHead& stored, const Exchanged& exchanged)
    {
        const http::ReceivedResponse& head = inquiry.head();
        const auto control = parse_cache_control(head.fields);
        const ResponseView answer{head.status, head.fields, control};
        if (head.status == http::not_modified && confirms(head.fields, stored, {}))
            static_cast<void>(take_news(store_, view_, stored, answer, exchanged));
        const RequestView as_get{"GET", view_.url, view_.fields, control_};
        if (head.status < 500 && why_not_stored(as_get, answer).empty()) {
            Recording recording(store_, outline_of(as_get, head, control, exchanged), std::nullopt);
            read(inquiry, recording);
            recording.finish();
        } else if (head.framing != http::Framing::no_body) {
            return; // it is of no use
        }
        service_.upstream.reuse(inquiry);
    }

    /// However slowly it trickles, and however much it is.
    void read(Inquiry& inquiry, Recording& recording) const
    {
        const auto end = net::Deadline::in(service_.patience.body);
        for (auto piece = inquiry.wait_for_piece(); !piece.empty();
             piece = inquiry.wait_for_piece()) {
            recording.add(piece);
            if (end.passed()) throw net::Timeout("confirm a stored page");
            if (!recording.is_possible()) throw net::Error("it can't be stored");
        }
    }

    const Request& request_;
    const Service& service_;
    Store& store_;
    const CacheControl control_;
    const RequestView view_;
};

} // namespace

void set_conditions(OutgoingRequest& outgoing, const StoredHead& stored,
                    const std::vector<http::Field>& request)
{
    for (const std::string_view name : {"If-None-Match", "If-Modified-Since"})
        remove(outgoing.fields, name);
    for (auto& [name, value] : validating_fields(stored, request))
        outgoing.fields.push_back({name, value});
}

void revalidate(const std::string& request_text, const net::Address& client,
                const Service& service) noexcept
try {
    const Request request(request_text);
    const auto ticket = service.cache.errand_flights.join(request.target()->url);
    if (ticket && ticket->leads()) Revalidation(request, service).run(client);
} catch (const std::exception&) {
    return; // what is stored stays as it is; the next one asks again
}

} // namespace proxy
