// Answers that are to leave later, in the order of their time.
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

using net::Answer;

class Outbox {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Room for so many bytes of answers.
    explicit Outbox(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// Leaves at `due`; answers due at the same time leave in the order they were added. False,
    /// when there is no room.
    [[nodiscard]] bool add(Answer answer, Time due);
    /// Leaves right behind the next answer that is added, or at `latest` if none comes. One at a
    /// time: while another one is held, this one is added instead, due at `due`.
    [[nodiscard]] bool hold(Answer answer, Time due, Time latest);

    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    /// When the next one leaves.
    [[nodiscard]] net::Deadline next_due() const;
    /// The next one that is due, nothing when it is too early for all.
    [[nodiscard]] std::optional<Answer> take(Time now);

private:
    struct Waiting {
        Time due{};
        std::uint64_t order = 0;
        bool held = false;
        Answer answer{};
    };
    static bool is_later(const Waiting& a, const Waiting& b);
    [[nodiscard]] bool push(Answer answer, Time due, bool held);
    void release_held(Time due);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t next_order_ = 0;
    bool is_holding_ = false;
    std::vector<Waiting> waiting_; // a heap, the earliest in front
};

} // namespace udppinger
