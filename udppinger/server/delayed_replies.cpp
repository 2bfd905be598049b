#include "udppinger/server/delayed_replies.h"

#include <algorithm>

namespace udppinger {
namespace {

// Memory for an answer beside its bytes.
constexpr std::size_t overhead = 512;

std::size_t cost(const OutgoingDatagram& answer)
{
    return answer.bytes.size() + overhead;
}

} // namespace

bool DelayedReplies::add(OutgoingDatagram answer, Time due)
{
    if (!push(std::move(answer), due, false)) return false;
    if (is_holding_) release_held(due);
    return true;
}

bool DelayedReplies::hold(OutgoingDatagram answer, Time due, Time latest)
{
    if (is_holding_) return add(std::move(answer), due);
    is_holding_ = push(std::move(answer), latest, true);
    return is_holding_;
}

net::Deadline DelayedReplies::next_due() const
{
    return waiting_.empty() ? net::Deadline::never() : net::Deadline::at(waiting_.front().due);
}

std::optional<OutgoingDatagram> DelayedReplies::pop_due(Time now)
{
    if (waiting_.empty() || waiting_.front().due > now) return std::nullopt;
    std::ranges::pop_heap(waiting_, is_later);
    if (waiting_.back().held) is_holding_ = false;
    OutgoingDatagram answer = std::move(waiting_.back().answer);
    waiting_.pop_back();
    bytes_ -= cost(answer);
    return answer;
}

bool DelayedReplies::is_later(const Waiting& a, const Waiting& b)
{
    return a.due != b.due ? a.due > b.due : a.order > b.order;
}

bool DelayedReplies::push(OutgoingDatagram answer, Time due, bool held)
{
    if (bytes_ + cost(answer) > most_bytes_) return false;
    bytes_ += cost(answer);
    waiting_.push_back({due, next_order_++, held, std::move(answer)});
    std::ranges::push_heap(waiting_, is_later);
    return true;
}

/// Schedules the held answer right behind the one that is due at `due`.
void DelayedReplies::release_held(Time due)
{
    const auto held = std::ranges::find(waiting_, true, &Waiting::held);
    held->held = false;
    held->due = due;
    held->order = next_order_++;
    std::ranges::make_heap(waiting_, is_later);
    is_holding_ = false;
}

} // namespace udppinger
