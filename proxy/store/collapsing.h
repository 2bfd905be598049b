// Requests for one object, collapsed (RFC 9111 §4): while one of them, the leader, asks the origin,
// those that come behind it follow and read its answer as it grows.
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

/// A leader's answer that others may have as well.
struct SharedAnswer {
    std::shared_ptr<const StoredHead> head; // its body's size and sum are not known yet
    std::shared_ptr<GrowingBody> body;
    std::optional<std::uint64_t> size{}; // of the body, where it is known before its end
};

/// One leader's errand.
class Flight {
public:
    /// By the leader: others may have the answer; or the errand is over, and who has not begun to
    /// read must look for himself.
    void share(SharedAnswer answer);
    void end();

    /// Waits until the leader has something to share; nothing when it is over, or not by then.
    [[nodiscard]] std::optional<SharedAnswer> wait_for_answer(net::Deadline deadline);

private:
    std::mutex mutex_; // guards what follows
    std::condition_variable changed_;
    std::optional<SharedAnswer> answer_;
    bool is_over_ = false;
};

class Flights {
public:
    /// Somebody's part in a flight; for as long as it lasts, if he leads.
    class Ticket {
    public:
        Ticket(Flights& flights, std::string url, std::shared_ptr<Flight> flight, bool leads);
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        ~Ticket(); // of a leader: the flight is over

        [[nodiscard]] bool leads() const { return leads_; }
        [[nodiscard]] Flight& flight() const { return *flight_; }
        /// The leader's answer is not for others, and it will not be the next time either: for a
        /// while nobody waits for a leader.
        void decline();
        /// Somebody else holds on to the flight.
        [[nodiscard]] bool has_followers() const { return flight_.use_count() > 2; }

    private:
        Flights& flights_;
        const std::string url_;
        const std::shared_ptr<Flight> flight_; // the third is in the table
        const bool leads_;
    };

    /// What is under way for a URL is out of date: those who come now do not follow it.
    void end(const std::string& url);
    /// Joins the flight for a URL, as its leader if there is none; null when it is not worth it.
    [[nodiscard]] std::unique_ptr<Ticket> join(const std::string& url);

private:
    std::mutex mutex_; // guards what follows
    std::map<std::string, std::shared_ptr<Flight>> flights_;
    struct Declined {
        std::uint64_t url = 0;
        net::Deadline until = net::Deadline::never();
    };
    std::array<Declined, 1024> declined_; // by the URL's sum; one forgets the other
};

} // namespace proxy
