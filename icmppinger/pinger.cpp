#include "icmppinger/pinger.h"

#include <algorithm>

#include "icmppinger/explain.h"

namespace icmppinger {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

Pinger::Pinger(Targets& targets, const Question& question, const Plan& plan, Sockets& sockets,
               Screen& screen)
    : targets_(targets), question_(question), plan_(plan), sockets_(sockets), screen_(screen),
      start_(steady_clock::now()), due_(start_), last_sent_(start_)
{
    screen.start(targets, question);
}

void Pinger::run(net::SignalWindow& signals)
{
    constexpr int most_busy = 64; // answers in a row; then signals must be heard
    int busy = 0;
    while (!is_complete()) {
        send_when_due();
        if (is_complete()) break; // the last could not even be sent
        if (plan_.adaptive && busy < most_busy && take_messages()) { // no wait: it is there already
            ++busy;
            continue;
        }
        busy = 0;
        const auto descriptors = sockets_.descriptors();
        const int signal = signals.wait(descriptors, next_event());
        if (signal == SIGINT || signal == SIGTERM) break;
        if (signal == SIGQUIT) screen_.status(targets_);

        const Time now = steady_clock::now(); // what came until then is in the sockets by now
        take_messages();
        lose_overdue(now);
    }
}

nanoseconds Pinger::time() const
{
    return steady_clock::now() - start_;
}

bool Pinger::all_sent() const
{
    return plan_.count != 0 && sent_ == plan_.count * targets_.size();
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
        next = net::Deadline::earlier(next, net::Deadline::at(credits_ > 0 ? start_ : due_));
    if (!flights_.empty())
        next = net::Deadline::earlier(
            next, net::Deadline::at(std::min(flights_.front().deadline, last_end())));
    return next;
}

void Pinger::send_when_due()
{
    const Time now = steady_clock::now();
    if (all_sent() || (now < due_ && credits_ == 0)) return;
    credits_ -= credits_ > 0 ? 1 : 0;
    const std::uint64_t preloaded = plan_.preload * targets_.size();
    send_next(sent_ % targets_.size());
    if (sent_ < preloaded) return; // the next one at once
    if (plan_.adaptive) {
        constexpr nanoseconds slowest = 10ms; // ping's hundred a second, if nobody answers
        due_ = now + slowest;
        return;
    }
    due_ += gap();
    constexpr auto much = 1s; // the machine slept: what it missed is not caught up in a burst
    if (now - due_ > much) due_ = now + gap();
}

void Pinger::send_next(std::size_t index)
{
    Target& target = targets_[index];
    const std::uint64_t number = target.log.counts().transmitted + 1;
    if (plan_.tells_outstanding && target.log.is_in_flight(number - 1))
        screen_.outstanding(target, number - 1);

    IcmpSocket& socket = sockets_.of(target.version);
    Time when = steady_clock::now();
    write_message(buffer_, target.version,
                  {.type = request_type(target.version, question_.kind),
                   .identifier = socket.identifier(),
                   .sequence = static_cast<std::uint16_t>(number)},
                  target.body_of(number, when));
    if (question_.kind == Kind::echo) when = steady_clock::now(); // a large one took its time
    target.log.sent(when);
    ++sent_;
    last_sent_ = when;
    flights_.push_back({index, number, when + question_.patience});
    try {
        socket.send(buffer_, target.address);
    } catch (const net::Error& error) {
        fail_to_send(target, number, error);
        return;
    }
    screen_.sent(number);
    if (plan_.explains) screen_.explain(explain_sent(target.version, buffer_, target.address));
}

/// No route, a firewall of our own, too big a packet: this ping's trouble, the next one may have
/// none.
void Pinger::fail_to_send(Target& target, std::uint64_t number, const net::Error& error)
{
    target.log.error(number);
    std::string why = error.what();
    if (error.cause() == EMSGSIZE)
        if (const auto mtu = known_mtu(target.address)) why += ", mtu=" + std::to_string(*mtu);
    if (error.cause() == EPERM) why += " (a firewall here, perhaps)";
    screen_.sent(number);
    screen_.not_sent(target, number, why);
    settle();
}

/// Whether anything came.
bool Pinger::take_messages()
{
    bool any = false;
    sockets_.for_each([&](IcmpSocket& socket) {
        while (const auto control = socket.next_error()) {
            const Asked asked{question_.kind, socket.identifier()};
            const Verdict verdict = judge(*control, asked, targets_);
            if (verdict.sort == Sort::control) take_control(verdict);
            any = true;
        }
        any = take_some(socket) || any;
    });
    if (any) settle();
    return any;
}

bool Pinger::take_some(IcmpSocket& socket)
{
    constexpr int most = 64; // times; a peer that floods us must not keep us from the rest
    bool any = false;
    for (int i = 0; i < most; ++i) {
        const auto messages = socket.receive();
        for (const Received& received : messages)
            take(received, socket);
        any = any || !messages.empty();
        if (messages.size() < IcmpSocket::most_at_once) break;
    }
    return any;
}

void Pinger::take(const Received& received, const IcmpSocket& socket)
{
    const Version version = socket.version();
    const Verdict verdict =
        judge(received, version, {question_.kind, socket.identifier()}, targets_);
    if (plan_.explains && verdict.sort != Sort::unrelated)
        screen_.explain(explain_received(version, received));
    switch (verdict.sort) {
    case Sort::answer: take_answer(received, verdict); return;
    case Sort::control: take_control(verdict); return;
    case Sort::corrupt:
        if (verdict.target != nullptr) ++verdict.target->corrupt;
        break;
    case Sort::never_sent:
    case Sort::other_address:
        if (verdict.target != nullptr) ++verdict.target->foreign;
        break;
    case Sort::unrelated: break;
    }
    screen_.stray(received, version, verdict);
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
        if (const std::uint64_t number = target.log.lose_next(limit)) screen_.lost(number);
        settle();
    }
}

} // namespace icmppinger
