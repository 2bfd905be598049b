// Collapsed requests (RFC 9111 §4): one request, the leader, goes to the origin; later requests for
// the same URL follow it and read its response while it arrives.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/deadline.h"
#include "proxy/cache/stored_head.h"
#include "proxy/store/body_in_progress.h"

namespace proxy {

/// A leader's response that followers may use.
struct SharedResponse {
    std::shared_ptr<const StoredHead> head; // the body's size and hash are not known yet
    std::shared_ptr<BodyInProgress> body;
    std::optional<std::uint64_t> size{}; // of the body, if known before its end
};

/// One collapsed request.
class CollapsedRequest {
public:
    /// Called by the leader: share() lets followers use the response; after end() requests that
    /// have not begun to read it must look it up themselves.
    void share(SharedResponse response);
    void end();

    /// Waits for the leader's response; nothing when the request has ended or the deadline has
    /// passed.
    [[nodiscard]] std::optional<SharedResponse> wait_for_response(net::Deadline deadline);

private:
    std::mutex mutex_; // guards the members below
    std::condition_variable changed_;
    std::optional<SharedResponse> response_;
    bool is_over_ = false;
};

class RequestCollapsing {
public:
    /// A request's part in a collapsed request. A leader's destructor ends the collapsed request.
    class Membership {
    public:
        Membership(RequestCollapsing& collapsing, std::string url,
                   std::shared_ptr<CollapsedRequest> collapsed_request, bool leads);
        Membership(const Membership&) = delete;
        Membership& operator=(const Membership&) = delete;
        ~Membership(); // of a leader: ends the collapsed request

        [[nodiscard]] bool leads() const { return leads_; }
        [[nodiscard]] CollapsedRequest& collapsed_request() const { return *collapsed_request_; }
        /// The leader's response is not shareable, and probably will not be next time: for 60 s
        /// requests for this URL are not collapsed.
        void decline();
        /// Whether another thread holds a reference besides the leader and the table.
        [[nodiscard]] bool has_followers() const { return collapsed_request_.use_count() > 2; }

    private:
        RequestCollapsing& collapsing_;
        const std::string url_;
        const std::shared_ptr<CollapsedRequest>
            collapsed_request_; // shared with the table and followers
        const bool leads_;
    };

    /// Ends the collapsed request for a URL, whose response is out of date: later requests do not
    /// use it.
    void end(const std::string& url);
    /// Joins the collapsed request for a URL, as its leader if there is none; null while the URL is
    /// declined.
    [[nodiscard]] std::unique_ptr<Membership> join(const std::string& url);

private:
    std::mutex mutex_; // guards the members below
    std::map<std::string, std::shared_ptr<CollapsedRequest>> requests_;
    struct Declined {
        std::uint64_t url = 0;
        net::Deadline until = net::Deadline::never();
    };
    std::array<Declined, 1024> declined_; // indexed by hash; a collision overwrites
};

} // namespace proxy
