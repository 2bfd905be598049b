// Records the pings of a run to one host, the outcome of each, and the figures at the end. The
// caller passes all times: this code does not wait or read a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/ping/histogram.h"

namespace net {

/// How an answer relates to its ping.
enum class Arrival {
    first,     // the first answer, in time
    duplicate, // a further answer to an answered ping
    late,      // the first answer, but after the time-out
};

/// Round-trip times of the first answers that came in time.
struct RttFigures {
    using Duration = std::chrono::nanoseconds;
    Duration min{};
    Duration avg{};
    Duration max{};
    Duration mdev{}; // the standard deviation, by ping's name for it
    Duration p50{};
    Duration p95{};
    Duration p99{};
    Duration jitter{}; // the smoothed difference of successive times, RFC 3550 §6.4.1
};

/// The figures of a run. transmitted = received + lost + in_flight, always.
struct PingSummary {
    std::uint64_t transmitted = 0;
    std::uint64_t received = 0;      // pings answered in time
    std::uint64_t lost = 0;          // pings without an answer in time, errors included
    std::uint64_t in_flight = 0;     // pings without an outcome so far
    std::uint64_t errors = 0;        // pings that got an error as their answer
    std::uint64_t late = 0;          // first answers to pings already lost
    std::uint64_t duplicates = 0;    // further answers to answered pings
    std::uint64_t reordered = 0;     // first answers that came after a later ping's answer
    std::uint64_t corrupt = 0;       // damaged answers, not counted elsewhere
    std::uint64_t foreign = 0;       // answers to no ping of this run
    std::optional<RttFigures> rtt{}; // nullopt when none was received

    /// Lost pings in percent of those with an outcome; 0 when no ping has one.
    [[nodiscard]] double loss_percent() const;
};

class PingLog {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    struct Reply {
        Arrival arrival;
        Duration rtt{};
        bool reordered = false; // a ping sent later was answered earlier
    };

    /// `timeout` is the time-out after which a ping without an answer is lost.
    explicit PingLog(Duration timeout) : timeout_(timeout) {}

    /// Records a ping sent and returns its number, from 1 on. Numbers never wrap; number_of() maps
    /// sequence numbers that do.
    std::uint64_t sent(Time when);
    /// Records an answer to ping `number`, for which sent_at() must have a value. It replaces an
    /// earlier error.
    Reply reply(std::uint64_t number, Time when);
    /// Counts a damaged answer; its ping stays in flight.
    void note_corrupt() { ++counts_.corrupt; }
    /// Counts an answer to no ping of this run or from another source.
    void note_foreign() { ++counts_.foreign; }
    /// Marks ping `number` as lost with an error. True when it was in flight.
    bool error(std::uint64_t number);
    /// Marks the oldest ping whose time-out has passed at `now` as lost and returns its number; 0
    /// when there is none. Call it again until it returns 0.
    std::uint64_t lose_next(Time now);
    /// The same at the end of a run: a ping is lost if it is in flight for longer than the longest
    /// round-trip time.
    std::uint64_t lose_next_at_end(Time now);

    /// The time at which the oldest ping in flight is lost; nullopt when none is in flight.
    [[nodiscard]] std::optional<Time> next_deadline() const;
    /// The time at which ping `number` was sent; nullopt when it was not or its record is dropped.
    /// The records of at least the last 65,536 pings and of all in flight are kept.
    [[nodiscard]] std::optional<Time> sent_at(std::uint64_t number) const;
    /// The number of the oldest ping in flight; of the next ping to send when there is none.
    [[nodiscard]] std::uint64_t oldest_in_flight() const { return oldest_; }
    [[nodiscard]] bool is_in_flight(std::uint64_t number) const;
    /// The latest ping with that 16-bit sequence number; 0 when there is none.
    [[nodiscard]] std::uint64_t number_of(std::uint16_t sequence) const;

    /// The counts so far, without round-trip times, which are expensive to compute.
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

    Duration timeout_;
    std::deque<Record> records_;
    std::uint64_t first_ = 1;    // the number of records_.front()
    std::uint64_t oldest_ = 1;   // all before have an outcome
    std::uint64_t furthest_ = 0; // the latest ping that was answered
    PingSummary counts_;
    Histogram rtts_;
    double mean_ = 0;    // mean round-trip time in nanoseconds,
    double squares_ = 0; // and the sum of squared differences from it (Welford)
    double jitter_ = 0;
    Duration previous_{};
};

/// `part` of `whole` in percent with two decimals, trailing zeros removed: "0.25", "33.33". More
/// decimals if needed so that only none is "0" and only all is "100". "0" when `whole` is 0.
[[nodiscard]] std::string percent_text(std::uint64_t part, std::uint64_t whole);

} // namespace net
