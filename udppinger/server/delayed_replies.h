// Answers to send later, in the order of their due times.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/deadline.h"
#include "common/udp_socket.h"

namespace udppinger {

using net::OutgoingDatagram;

class DelayedReplies {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Has room for `most_bytes` of answers, each with an overhead of 512 bytes.
    explicit DelayedReplies(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Queues an answer for `due`; answers due at the same time keep the order they were added in.
    /// False when there is no room.
    [[nodiscard]] bool add(OutgoingDatagram answer, Time due);
    /// Queues an answer to follow the next one that is added, or for `latest` if none is. Holds one
    /// answer at a time: while another one is held, this one is added instead, due at `due`.
    [[nodiscard]] bool hold(OutgoingDatagram answer, Time due, Time latest);

    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    /// When the next one is due.
    [[nodiscard]] net::Deadline next_due() const;
    /// Removes the next answer that is due by `now`; nothing when there is none.
    [[nodiscard]] std::optional<OutgoingDatagram> pop_due(Time now);

private:
    struct Waiting {
        Time due{};
        std::uint64_t order = 0;
        bool held = false;
        OutgoingDatagram answer{};
    };
    static bool is_later(const Waiting& a, const Waiting& b);
    [[nodiscard]] bool push(OutgoingDatagram answer, Time due, bool held);
    void release_held(Time due);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t next_order_ = 0;
    bool is_holding_ = false;
    std::vector<Waiting> waiting_; // a heap, the earliest in front
};

} // namespace udppinger
