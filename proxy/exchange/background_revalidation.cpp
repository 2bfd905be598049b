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
        if (!stored || stored->head->lifespan().is_fresh(http::now())) return; // no longer needed
        OutgoingRequest outgoing =
            outgoing_request(request_, service_.pseudonym, service_.upstream.next_hop());
        outgoing.method = "GET";
        remove_content(outgoing); // no body is sent
        set_conditions(outgoing, *stored->head, {});
        remove(outgoing.fields, "Range");
        if (service_.login.is_required()) remove(outgoing.fields, "Proxy-Authorization");
        const auto requested = http::now();
        const auto generation = store_.generation(view_.url);
        RequestToSend to_send{.method = outgoing.method, .head = outgoing.text()};
        to_send.authenticates_connection = outgoing.authenticates_connection();
        const auto origin_request =
            service_.upstream.send_request(*request_.target(), client, std::move(to_send), true,
                                           [](const http::ReceivedResponse&) {});
        handle_response(*origin_request, *stored->head, {requested, http::now(), generation});
    }

private:
    void handle_response(OriginRequest& origin_request, const StoredHead& stored,
                         const RequestTimes& times)
    {
        const http::ReceivedResponse& head = origin_request.head();
        const auto control = parse_cache_control(head.fields);
        const ResponseView response{head.status, head.fields, control};
        if (head.status == http::not_modified && validates(head.fields, stored, {}))
            static_cast<void>(update_stored_headers(store_, view_, stored, response, times));
        const RequestView as_get{"GET", view_.url, view_.fields, control_};
        if (head.status < 500 && why_not_stored(as_get, response).empty()) {
            CacheWriter cache_writer(store_, meta_of(as_get, head, control, times), std::nullopt);
            read_body(origin_request, cache_writer);
            cache_writer.finish();
        } else if (head.framing != http::Framing::no_body) {
            return; // its body is not needed: the connection is not reused
        }
        service_.upstream.reuse(origin_request);
    }

    /// The deadline is for the whole body: a slow or endless one throws.
    void read_body(OriginRequest& origin_request, CacheWriter& cache_writer) const
    {
        const auto end = net::Deadline::in(service_.timeouts.body);
        for (auto piece = origin_request.wait_for_piece(); !piece.empty();
             piece = origin_request.wait_for_piece()) {
            cache_writer.add(piece);
            if (end.passed()) throw net::Timeout("revalidate a stored response");
            if (!cache_writer.can_store()) throw net::Error("the response can't be stored");
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
    const auto membership = service.cache.background_collapsing.join(request.target()->url);
    if (membership && membership->leads()) Revalidation(request, service).run(client);
} catch (const std::exception&) {
    return; // the entry stays as it is; the next request tries again
}

} // namespace proxy
