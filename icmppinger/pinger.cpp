#include "icmppinger/pinger.h"

#include <algorithm>

namespace icmppinger {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

Pinger::Pinger(Targets& targets, const PingRequest& request, const Plan& plan, Sockets& sockets,
               Screen& screen)
    : targets_(targets), request_(request), plan_(plan), sockets_(sockets), screen_(screen),
      io_(sockets, targets, request.kind, plan.explains, plan.end), start_(steady_clock::now()),
      due_(start_), last_sent_(start_)
{
    screen.start(targets, request);
}

bool Pinger::run(net::SignalWaiter& signals)
{
    constexpr int most_busy = 64; // pings or answers in a row before signals are checked
    int busy = 0;
    while (!is_complete()) {
        send_when_due();
        for (int more = 1; more < most_busy && sends_at_once() && !all_sent(); ++more)
            send_when_due();
        if (is_complete()) break;                                   // sending the last ping failed
        if (plan_.adaptive && busy < most_busy && receive_some()) { // already received
            ++busy;
            continue;
        }
        busy = 0;
        const auto descriptors = sockets_.descriptors();
        const int signal = signals.wait(descriptors, next_event());
        if (signal == SIGINT || signal == SIGTERM) return false;
        if (signal == SIGQUIT) screen_.status(targets_);

        const Time now = steady_clock::now(); // packets that arrived before are in the sockets
        receive_messages();
        lose_overdue(now);
    }
    if (!plan_.end.passed()) return true;
    lose_at_end();
    return false;
}

nanoseconds Pinger::time() const
{
    return steady_clock::now() - start_;
}

/// Whether the target gets no more pings.
bool Pinger::is_done(std::size_t index) const
{
    const net::PingSummary& pings = targets_[index].log.counts();
    return plan_.count != 0 &&
           (plan_.counts_answers ? pings.received : pings.transmitted) >= plan_.count;
}

bool Pinger::is_preloading() const
{
    return sent_ < plan_.preload * targets_.size();
}

/// Whether the next ping is sent without waiting.
bool Pinger::sends_at_once() const
{
    return credits_ > 0 || is_preloading();
}

bool Pinger::is_complete() const
{
    const bool is_waiting = !plan_.counts_answers && !in_flight_.empty();
    return (all_sent() && !is_waiting) || plan_.end.passed();
}

/// The time between two pings, to the same host or not.
nanoseconds Pinger::gap() const
{
    return nanoseconds(plan_.interval) / targets_.size();
}

net::Deadline Pinger::next_event() const
{
    net::Deadline next = plan_.end;
    if (!all_sent())
        next = net::Deadline::earlier(next, net::Deadline::at(sends_at_once() ? start_ : due_));
    if (!in_flight_.empty())
        next = net::Deadline::earlier(
            next, net::Deadline::at(std::min(in_flight_.front().deadline, last_end())));
    return next;
}

void Pinger::send_when_due()
{
    if (all_sent() || (credits_ == 0 && steady_clock::now() < due_)) return;
    credits_ -= credits_ > 0 ? 1 : 0;
    const std::size_t turns = choose_target();
    send_next(next_);
    next_ = (next_ + 1) % targets_.size();
    if (is_preloading()) return; // the next one follows at once
    if (plan_.adaptive) {
        due_ = last_sent_ + plan_.longest_gap;
        return;
    }
    due_ += gap() * turns;
    constexpr auto much = 1s; // after a suspend, missed pings are not sent in a burst
    if (last_sent_ - due_ > much) due_ = last_sent_ + gap();
}

/// Moves to the next target that is not done; there is one. Returns how many turns this takes: the
/// interval between two pings to a target stays the same when others are done.
std::size_t Pinger::choose_target()
{
    std::size_t turns = 1;
    for (; is_done(next_); next_ = (next_ + 1) % targets_.size())
        ++turns;
    return turns;
}

void Pinger::send_next(std::size_t index)
{
    Target& target = targets_[index];
    const std::uint64_t previous = target.log.counts().transmitted;
    if (plan_.reports_outstanding && target.log.is_in_flight(previous))
        screen_.outstanding(target, previous);
    const PingIo::Sent ping = io_.send(target);
    ++sent_;
    if (!plan_.counts_answers && is_done(index)) ++done_;
    last_sent_ = ping.when;
    in_flight_.push_back({index, ping.number, ping.when + request_.timeout});
    if (!ping.error) {
        screen_.sent(ping.number);
        return;
    }
    screen_.not_sent(target, ping.number, ping.error->what());
    remove_decided();
}

void Pinger::receive_messages()
{
    io_.receive([this](const ReceivedMessage& message) { process(message); });
    remove_decided();
}

/// Whether anything was received.
bool Pinger::receive_some()
{
    const bool any = io_.receive_some([this](const ReceivedMessage& message) { process(message); },
                                      std::max<std::size_t>(in_flight_.size(), 1));
    if (any) remove_decided();
    return any;
}

void Pinger::process(const ReceivedMessage& message)
{
    const Match& match = message.match;
    if (match.kind == ReplyKind::error) {
        process_error(match);
        return;
    }
    if (message.received == nullptr) return; // an error about another program's packet
    if (match.kind == ReplyKind::answer) {
        process_answer(*message.received, match);
        return;
    }
    if (match.target != nullptr && match.kind == ReplyKind::corrupt)
        match.target->log.note_corrupt();
    const bool is_foreign =
        match.kind == ReplyKind::never_sent || match.kind == ReplyKind::other_address;
    if (match.target != nullptr && is_foreign) match.target->log.note_foreign();
    screen_.stray(*message.received, message.version, match);
}

void Pinger::process_answer(const Received& received, const Match& match)
{
    Target& target = *match.target;
    const auto reply = target.log.reply(match.number, received.arrival);
    const bool is_first = reply.arrival == net::Arrival::first;
    const net::PingSummary& pings = target.log.counts();
    if (plan_.counts_answers && is_first && pings.received == plan_.count) ++done_;
    longest_ = std::max(longest_, reply.rtt);
    screen_.answered({target, match.number, received, reply}, request_);
    const bool has_enough = plan_.counts_answers && pings.received + pings.in_flight >= plan_.count;
    credits_ += plan_.adaptive && is_first && !has_enough ? 1 : 0;
}

void Pinger::process_error(const Match& match)
{
    const IcmpError& error = *match.error;
    Target& target = *match.target;
    if (error.is_advice()) ++target.advice;
    const bool changed = !error.is_advice() && target.log.error(match.number);
    screen_.icmp_error(match, changed);
}

/// Removes the decided pings at the front.
void Pinger::remove_decided()
{
    while (!in_flight_.empty()) {
        const InFlight& flight = in_flight_.front();
        if (targets_[flight.target].log.is_in_flight(flight.number)) break;
        in_flight_.pop_front();
    }
}

/// When the remaining pings are given up after the last was sent: twice the longest round trip
/// later, as in ping, but at least an interval and a second, for the answer of a busy host. While a
/// host that has never answered still may, which may be slower than any other, for the time-out.
Pinger::Time Pinger::last_end() const
{
    const auto is_awaited = [](const Target& target) {
        return target.log.counts().received == 0 && target.log.counts().in_flight > 0;
    };
    if (!plan_.shortens_wait || !all_sent() || std::ranges::any_of(targets_, is_awaited))
        return Time::max();
    constexpr int times = 2;
    return last_sent_ + std::max<nanoseconds>({longest_ * times, plan_.interval, 1s});
}

void Pinger::lose_overdue(Time now)
{
    const Time end = last_end();
    while (!in_flight_.empty() && now >= std::min(in_flight_.front().deadline, end)) {
        Target& target = targets_[in_flight_.front().target];
        const Time limit = now >= end ? Time::max() : now;
        if (const std::uint64_t number = target.log.lose_next(limit)) screen_.lost(target, number);
        remove_decided();
    }
}

void Pinger::lose_at_end()
{
    const Time now = steady_clock::now();
    receive_messages();
    for (Target& target : targets_)
        while (const std::uint64_t number = target.log.lose_next_at_end(now))
            screen_.lost(target, number);
}

} // namespace icmppinger
