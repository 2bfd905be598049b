// A run of pings to one host: what was sent and what became of each, and the figures at the end.
// Times come from the caller, so nothing here waits or asks a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/ping/histogram.h"

namespace net {

/// What an answer is to the ping that it names.
enum class Arrival {
    first,     // the answer we wait for, in time
    duplicate, // one more answer to a ping that has one
    late,      // the first answer, but the ping was lost by then
};

/// Round-trip times of the first answers that came in time.
struct RttFigures {
    using Duration = std::chrono::nanoseconds;
    Duration min{};
    Duration avg{};
    Duration max{};
    Duration mdev{}; // the standard deviation, as ping calls it
    Duration p50{};
    Duration p95{};
    Duration p99{};
    Duration jitter{}; // the smoothed difference of neighbours, RFC 3550 §6.4.1
};

/// The figures of a run. transmitted = received + lost + in_flight, always.
struct PingSummary {
    std::uint64_t transmitted = 0;
    std::uint64_t received = 0;      // pings answered in time
    std::uint64_t lost = 0;          // pings without an answer in time; errors are among them
    std::uint64_t in_flight = 0;     // pings that nothing is known of yet
    std::uint64_t errors = 0;        // pings that an error was the answer to
    std::uint64_t late = 0;          // answers to pings that were lost by then
    std::uint64_t duplicates = 0;    // further answers
    std::uint64_t reordered = 0;     // first answers that a later ping's answer had overtaken
    std::uint64_t corrupt = 0;       // damaged answers, which count for nothing else
    std::uint64_t foreign = 0;       // answers to nothing that was sent
    std::optional<RttFigures> rtt{}; // nothing when nothing was received

    /// The share of the decided pings that were lost, in percent; 0 when none is decided.
    [[nodiscard]] double loss_percent() const;
};

class PingLog {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    struct Reply {
        Arrival arrival;
        Duration rtt{};
        bool reordered = false; // a ping sent later was answered before
    };

    /// A ping without an answer is lost once `patience` has passed.
    explicit PingLog(Duration patience) : patience_(patience) {}

    /// A ping leaves; its number, from 1 on. Numbers never wrap; number_of() is for protocols whose
    /// sequence numbers do.
    std::uint64_t sent(Time when);
    /// An answer to ping `number`, which sent_at() knows, has come. It outweighs an error that came
    /// before.
    Reply reply(std::uint64_t number, Time when);
    /// What came was damaged; whatever ping it is about goes on waiting.
    void note_corrupt() { ++counts_.corrupt; }
    /// What came answers nothing that was sent, or came from elsewhere.
    void note_foreign() { ++counts_.foreign; }
    /// Ping `number` failed: it is lost, for a reason. True when it was in flight.
    bool error(std::uint64_t number);
    /// The next ping that is lost by `now`, each of them once, the oldest first; 0 when there is
    /// none.
    std::uint64_t lose_next(Time now);
    /// The same for a run whose time is over: lost is what is in flight for longer than any answer
    /// took.
    std::uint64_t lose_next_at_end(Time now);

    /// When the next ping is lost, unless an answer comes.
    [[nodiscard]] std::optional<Time> next_deadline() const;
    /// When ping `number` left; nothing when there was none or it is forgotten. At least the last
    /// 65,536 and all in flight are remembered.
    [[nodiscard]] std::optional<Time> sent_at(std::uint64_t number) const;
    /// The oldest ping in flight; the number of the next one when there is none.
    [[nodiscard]] std::uint64_t oldest_in_flight() const { return oldest_; }
    [[nodiscard]] bool is_in_flight(std::uint64_t number) const;
    /// The ping that a 16-bit sequence number means: the latest of those that have it.
    [[nodiscard]] std::uint64_t number_of(std::uint16_t sequence) const;

    /// The counts so far, without round-trip times: those take some time to sum up.
    [[nodiscard]] const PingSummary& counts() const { return counts_; }
    [[nodiscard]] PingSummary summary() const;
    [[nodiscard]] const Histogram& rtts() const { return rtts_; }

private:
    enum class State : std::uint8_t { in_flight, answered, lost, failed };
    struct Record {
        Time sent;
        State state = State::in_flight;
    };

    [[nodiscard]] const Record* find(std::uint64_t number) const;
    [[nodiscard]] Record* find(std::uint64_t number);
    void measure(Duration rtt);
    void decide(Record& record, State state);

    Duration patience_;
    std::deque<Record> records_;
    std::uint64_t first_ = 1;    // the number of records_.front()
    std::uint64_t oldest_ = 1;   // all before are decided
    std::uint64_t furthest_ = 0; // the latest ping that was answered
    PingSummary counts_;
    Histogram rtts_;
    double mean_ = 0;    // of the round-trip times in nanoseconds,
    double squares_ = 0; // with the sum of squared differences from it (Welford)
    double jitter_ = 0;
    Duration previous_{};
};

/// `part` of `whole` in percent, in as few digits as tell the truth: "0.25", "33.33", and neither 0
/// nor 100 unless it is nothing or all. "0" when `whole` is 0.
[[nodiscard]] std::string percent_text(std::uint64_t part, std::uint64_t whole);

} // namespace net
