#include "icmppinger/pinger.h"

#include <algorithm>

namespace icmppinger {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

Pinger::Pinger(Targets& targets, const Question& question, const Plan& plan, Sockets& sockets,
               Screen& screen)
    : targets_(targets), question_(question), plan_(plan), sockets_(sockets), screen_(screen),
      exchange_(sockets, targets, question.kind, plan.explains, plan.end),
      start_(steady_clock::now()), due_(start_), last_sent_(start_)
{
    screen.start(targets, question);
}

bool Pinger::run(net::SignalWindow& signals)
{
    constexpr int most_busy = 64; // pings or answers in a row; then signals must be heard
    int busy = 0;
    while (!is_complete()) {
        send_when_due();
        for (int more = 1; more < most_busy && sends_at_once() && !all_sent(); ++more)
            send_when_due();
        if (is_complete()) break; // the last could not even be sent
        if (plan_.adaptive && busy < most_busy && take_some_messages()) { // it is there already
            ++busy;
            continue;
        }
        busy = 0;
        const auto descriptors = sockets_.descriptors();
        const int signal = signals.wait(descriptors, next_event());
        if (signal == SIGINT || signal == SIGTERM) return false;
        if (signal == SIGQUIT) screen_.status(targets_);

        const Time now = steady_clock::now(); // what came until then is in the sockets by now
        take_messages();
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

bool Pinger::all_sent() const
{
    return plan_.count != 0 && sent_ / targets_.size() == plan_.count;
}

bool Pinger::is_preloading() const
{
    return sent_ < plan_.preload * targets_.size();
}

/// Whether the next one waits for no time.
bool Pinger::sends_at_once() const
{
    return credits_ > 0 || is_preloading();
}

bool Pinger::is_complete() const
{
    return (all_sent() && flights_.empty()) || plan_.end.passed();
}

/// Between two pings, whomever they are for.
nanoseconds Pinger::gap() const
{
    return nanoseconds(plan_.interval) / targets_.size();
}

net::Deadline Pinger::next_event() const
{
    net::Deadline next = plan_.end;
    if (!all_sent())
        next = net::Deadline::earlier(next, net::Deadline::at(sends_at_once() ? start_ : due_));
    if (!flights_.empty())
        next = net::Deadline::earlier(
            next, net::Deadline::at(std::min(flights_.front().deadline, last_end())));
    return next;
}

void Pinger::send_when_due()
{
    if (all_sent() || (credits_ == 0 && steady_clock::now() < due_)) return;
    credits_ -= credits_ > 0 ? 1 : 0;
    send_next(sent_ % targets_.size());
    if (is_preloading()) return; // the next one at once
    if (plan_.adaptive) {
        constexpr nanoseconds slowest = 10ms; // ping's hundred a second, if nobody answers
        due_ = last_sent_ + slowest;
        return;
    }
    due_ += gap();
    constexpr auto much = 1s; // the machine slept: what it missed is not caught up in a burst
    if (last_sent_ - due_ > much) due_ = last_sent_ + gap();
}

void Pinger::send_next(std::size_t index)
{
    Target& target = targets_[index];
    const std::uint64_t previous = target.log.counts().transmitted;
    if (plan_.tells_outstanding && target.log.is_in_flight(previous))
        screen_.outstanding(target, previous);
    const Exchange::Sent ping = exchange_.send(target);
    ++sent_;
    last_sent_ = ping.when;
    flights_.push_back({index, ping.number, ping.when + question_.patience});
    if (!ping.error) {
        screen_.sent(ping.number);
        return;
    }
    screen_.not_sent(target, ping.number, ping.error->what());
    settle();
}

void Pinger::take_messages()
{
    exchange_.receive([this](const Arrival& arrival) { take(arrival); });
    settle();
}

/// Whether anything came.
bool Pinger::take_some_messages()
{
    const bool any = exchange_.receive_some([this](const Arrival& arrival) { take(arrival); },
                                            std::max<std::size_t>(flights_.size(), 1));
    if (any) settle();
    return any;
}

void Pinger::take(const Arrival& arrival)
{
    const Verdict& verdict = arrival.verdict;
    if (verdict.sort == Sort::control) {
        take_control(verdict);
        return;
    }
    if (arrival.received == nullptr) return; // an error about somebody else's packet
    if (verdict.sort == Sort::answer) {
        take_answer(*arrival.received, verdict);
        return;
    }
    if (verdict.target != nullptr && verdict.sort == Sort::corrupt)
        verdict.target->log.note_corrupt();
    const bool is_foreign = verdict.sort == Sort::never_sent || verdict.sort == Sort::other_address;
    if (verdict.target != nullptr && is_foreign) verdict.target->log.note_foreign();
    screen_.stray(*arrival.received, arrival.version, verdict);
}

void Pinger::take_answer(const Received& received, const Verdict& verdict)
{
    Target& target = *verdict.target;
    const auto reply = target.log.reply(verdict.number, received.arrival);
    longest_ = std::max(longest_, reply.rtt);
    screen_.answered({target, verdict.number, received, reply}, question_);
    credits_ += plan_.adaptive && reply.arrival == net::Arrival::first ? 1 : 0;
}

void Pinger::take_control(const Verdict& verdict)
{
    const ControlMessage& control = *verdict.control;
    Target& target = *verdict.target;
    if (control.is_advice()) ++target.advice;
    const bool is_news = !control.is_advice() && target.log.error(verdict.number);
    screen_.control(verdict, is_news);
}

/// Forgets the flights that have ended, as far as they are at the front.
void Pinger::settle()
{
    while (!flights_.empty()) {
        const Flight& flight = flights_.front();
        if (targets_[flight.target].log.is_in_flight(flight.number)) break;
        flights_.pop_front();
    }
}

/// When those that are left are given up: nothing more will be sent, and where answers come, those
/// still to come won't take much longer than the longest did. What is beyond that is lost, as ping
/// has it.
Pinger::Time Pinger::last_end() const
{
    if (!plan_.shortens || !all_sent() || longest_ == 0ns) return Time::max();
    constexpr int times = 2;
    return last_sent_ + std::max<nanoseconds>(longest_ * times, plan_.interval);
}

void Pinger::lose_overdue(Time now)
{
    while (!flights_.empty() && now >= std::min(flights_.front().deadline, last_end())) {
        Target& target = targets_[flights_.front().target];
        const Time limit = now >= last_end() ? Time::max() : now;
        if (const std::uint64_t number = target.log.lose_next(limit)) screen_.lost(target, number);
        settle();
    }
}

void Pinger::lose_at_end()
{
    const Time now = steady_clock::now();
    take_messages();
    for (Target& target : targets_)
        while (const std::uint64_t number = target.log.lose_next_at_end(now))
            screen_.lost(target, number);
}

} // namespace icmppinger
