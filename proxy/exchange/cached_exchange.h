// A request and its answer with a cache in between: what is stored is served; what is stale is
// asked for once more; what comes is stored.
#pragma once

#include <memory>
#include <optional>

#include "proxy/cache/cache_status.h"
#include "proxy/cache/stored_answer.h"
#include "proxy/exchange/ask.h"
#include "proxy/exchange/outcome.h"
#include "proxy/store/cache.h"
#include "proxy/store/cache_writer.h"

namespace proxy {

class CachedExchange {
public:
    /// `body` is the request's. All must outlive this.
    CachedExchange(const Request& request, http::Body& body, ClientSide client, Delivery& delivery,
                   const Service& service);

    /// Answers the request. Throws Refusal when there is no answer, and net::Error when the client
    /// has gone.
    [[nodiscard]] Outcome run();

    /// What has become of it so far, for the answer that the proxy gives instead.
    [[nodiscard]] const CacheStatus& status() const { return status_; }

private:
    void consult_store();
    [[nodiscard]] bool is_answered_by_store() const;
    [[nodiscard]] Outcome serve(const Fields& cookies = {});
    [[nodiscard]] Outcome serve_fresh();
    [[nodiscard]] Outcome serve_stale(std::string_view why);

    [[nodiscard]] bool may_be_collapsed() const;
    [[nodiscard]] std::optional<Outcome> follow(Flight& flight);

    [[nodiscard]] Outcome fetch();
    [[nodiscard]] OutgoingRequest question() const;
    [[nodiscard]] Outcome take_answer(Inquiry& inquiry, const Exchanged& exchanged);
    [[nodiscard]] std::optional<Outcome>
    take_confirmation(Inquiry& inquiry, const ResponseView& answer, const Exchanged& exchanged);
    [[nodiscard]] std::optional<Outcome> complete(Inquiry& inquiry, const Exchanged& exchanged);
    void note_effects(const ResponseView& answer, const Exchanged& exchanged);
    [[nodiscard]] bool let_others_follow(const std::optional<Recording>& recording);
    [[nodiscard]] Outcome pass_on(Inquiry& inquiry, std::optional<Recording>& recording);

    void add_status(Response& response) const;
    [[nodiscard]] Outcome outcome() const;

    const Request& request_;
    http::Body& body_;
    const ClientSide client_;
    Delivery& delivery_;
    const Service& service_;
    Cache& cache_;
    const CacheControl control_; // of the request
    const RequestView view_;
    Verdict verdict_{};
    std::optional<StoredResponse> stored_{};
    std::optional<StoredResponse> begun_{};     // a part that the origin is asked to complete
    std::unique_ptr<Flights::Ticket> ticket_{}; // while others may wait for this answer
    CacheStatus status_{};
};

/// "proxy; hit; ttl=60" for a response on its way out, behind what other caches said.
void add_cache_status(Response& response, const CacheStatus& status);

} // namespace proxy
