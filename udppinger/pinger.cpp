#include "udppinger/pinger.h"

#include <algorithm>
#include <array>

#include "common/text/decimal.h"
#include "udppinger/explain.h"

namespace udppinger {

using std::chrono::microseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

microseconds wall_now()
{
    return std::chrono::duration_cast<microseconds>(system_clock::now().time_since_epoch());
}

std::string note_on(const Plan& plan)
{
    if (plan.loss == 0) return {};
    return ", dropping " + net::decimal(plan.loss) + "% on purpose (seed " +
           std::to_string(plan.seed) + ")";
}

} // namespace

Pinger::Pinger(const net::Address& peer, const Plan& plan, Screen& screen)
    : plan_(plan), screen_(screen), socket_(net::UdpSocket::connect(peer)),
      elsewhere_(net::UdpSocket::bind_beside(socket_)), log_(plan.timeout),
      writer_(plan.heartbeat ? heartbeat_word : ping_word, plan.size), random_(plan.seed),
      start_(steady_clock::now()), due_(start_),
      wall_ahead_(system_clock::now().time_since_epoch() - start_.time_since_epoch())
{
    screen.start(peer, writer_.write(1, wall_now()).size(), note_on(plan));
}

Ending Pinger::run(net::SignalWaiter& signals, bool refusable)
{
    while (!is_complete()) {
        send_when_due();
        const std::array descriptors{socket_.descriptor(), elsewhere_.descriptor()};
        const int signal = signals.wait(descriptors, next_event());
        if (signal == SIGINT || signal == SIGTERM) return Ending::ended_early;
        if (signal == SIGQUIT) screen_.status(summary());

        const Time now = steady_clock::now(); // earlier arrivals are already in the socket
        if (!process_errors(refusable)) return Ending::refused;
        receive_elsewhere();
        if (receive_replies()) lose_overdue(now);
    }
    if (!plan_.end.passed()) return Ending::complete;
    lose_at_end();
    return Ending::ended_early;
}

bool Pinger::all_sent() const
{
    return plan_.count != 0 && log_.counts().transmitted == plan_.count;
}

bool Pinger::is_complete() const
{
    const bool is_waiting = !plan_.heartbeat && log_.counts().in_flight > 0;
    return (all_sent() && !is_waiting) || plan_.end.passed();
}

net::Deadline Pinger::next_event() const
{
    if (is_complete()) return net::Deadline::at(start_); // check for input without waiting
    net::Deadline next = plan_.end;
    if (!all_sent()) next = net::Deadline::earlier(next, net::Deadline::at(due_));
    if (const auto loss = log_.next_deadline())
        next = net::Deadline::earlier(next, net::Deadline::at(*loss));
    return next;
}

void Pinger::send_when_due()
{
    const Time now = steady_clock::now();
    if (all_sent() || now < due_) return;
    send_next(now);
    due_ += plan_.interval;
    constexpr auto much = 1s; // after a suspend: send no burst to catch up
    if (now - due_ > much) due_ = now + plan_.interval;
}

void Pinger::send_next(Time now)
{
    const std::uint64_t number = log_.sent(now);
    const std::string_view text = text_of(number);
    if (random_.happens(plan_.loss)) {
        dropped_.push_back(number);
        ++dropped_count_;
    } else {
        try {
            socket_.send(text);
        } catch (const net::Error& error) {
            fail_to_send(number, error);
            return;
        }
    }
    screen_.sent(number, text.size());
    if (plan_.explain) screen_.explain(explain(text, socket_.local(), socket_.peer()));
}

/// No route or a local firewall: only this ping fails, the next one may succeed.
void Pinger::fail_to_send(std::uint64_t number, const net::Error& error)
{
    log_.error(number);
    screen_.not_sent(number, error.what());
}

/// False when an ICMP error ends the run.
bool Pinger::process_errors(bool refusable)
{
    while (const auto error = socket_.next_error()) {
        const net::PingSummary& pings = log_.counts();
        if (refusable && pings.received + pings.late == 0) return false;
        const std::uint64_t number = number_of_failed(*error);
        log_.error(number);
        screen_.failed(*error, number);
    }
    return true;
}

/// False when there may be more input.
bool Pinger::receive_replies()
{
    constexpr int most = 64; // calls; a flood must not delay sending and time-outs
    for (int i = 0; i < most; ++i) {
        const auto datagrams = socket_.receive();
        if (datagrams.empty()) return true;
        for (const net::Datagram& datagram : datagrams)
            process(datagram);
    }
    return false;
}

/// A server with several addresses may answer from another one. Such an answer is shown, but does
/// not count: anybody could have sent it.
void Pinger::receive_elsewhere()
{
    for (const net::Datagram& datagram : elsewhere_.receive()) {
        if (plan_.explain) screen_.explain(explain(datagram.bytes, datagram.from, datagram.to));
        const auto message = parse_message(datagram.bytes);
        if (!message || !is_answer(datagram.bytes, message->number)) continue;
        log_.note_foreign();
        screen_.answered_elsewhere(datagram, message->number);
    }
}

void Pinger::process(const net::Datagram& datagram)
{
    if (plan_.explain) screen_.explain(explain(datagram.bytes, datagram.from, socket_.local()));
    const auto message = parse_message(datagram.bytes);
    const std::uint64_t named = message ? message->number : 0;
    const bool cut = is_cut(datagram.bytes, named);
    if (cut || is_answer(datagram.bytes, named)) {
        cut_count_ += cut ? 1 : 0;
        screen_.answered({datagram.bytes.size(), named, log_.reply(named, datagram.arrival),
                          cut ? without_padding(datagram.bytes).size() : 0});
        return;
    }
    const std::uint64_t damaged = number_of_damaged(datagram.bytes, named);
    if (damaged != 0)
        log_.note_corrupt();
    else
        log_.note_foreign();
    screen_.stray(datagram.bytes, damaged);
}

void Pinger::lose_overdue(Time now)
{
    while (const std::uint64_t number = log_.lose_next(now))
        report_lost(number);
}

void Pinger::lose_at_end()
{
    const Time now = steady_clock::now();
    static_cast<void>(receive_replies());
    while (const std::uint64_t number = log_.lose_next_at_end(now))
        report_lost(number);
}

void Pinger::report_lost(std::uint64_t number)
{
    const bool dropped = was_dropped(number);
    if (!plan_.heartbeat) screen_.lost(number, dropped);
}

bool Pinger::was_dropped(std::uint64_t lost)
{
    if (dropped_.empty() || dropped_.front() != lost) return false;
    dropped_.pop_front();
    return true;
}

/// The text of ping `number`. Its time is the steady clock's, shifted to the wall clock at the
/// start, so that the log alone determines it even if the wall clock has been set since.
std::string_view Pinger::text_of(std::uint64_t number)
{
    const auto sent = log_.sent_at(number).value_or(start_).time_since_epoch();
    return writer_.write(number, std::chrono::duration_cast<microseconds>(sent + wall_ahead_));
}

bool Pinger::is_answer(std::string_view reply, std::uint64_t number)
{
    return log_.sent_at(number) && answers(reply, text_of(number));
}

bool Pinger::is_cut(std::string_view reply, std::uint64_t number)
{
    return log_.sent_at(number) && is_cut_answer(reply, text_of(number));
}

/// The ping of a damaged answer: the one it names, or else the most similar of the oldest in
/// flight; 0 when none is similar.
std::uint64_t Pinger::number_of_damaged(std::string_view reply, std::uint64_t named)
{
    constexpr double enough = 0.75;
    if (log_.sent_at(named) && similarity(reply, text_of(named)) >= enough) return named;

    constexpr std::uint64_t most = 16; // limits the cost of a guess
    std::uint64_t best = 0;
    double best_similarity = enough;
    const std::uint64_t oldest = log_.oldest_in_flight();
    for (std::uint64_t number = oldest; number < oldest + most; ++number) {
        if (!log_.is_in_flight(number)) continue;
        const double value = similarity(reply, text_of(number));
        if (value < best_similarity) continue;
        best = number;
        best_similarity = value;
    }
    return best;
}

/// The ping of an ICMP error. The error may quote too little of the datagram; then the ping is
/// known only while a single one is in flight.
std::uint64_t Pinger::number_of_failed(const net::DatagramError& error)
{
    const auto message = parse_message(error.bytes);
    if (message && log_.sent_at(message->number) &&
        text_of(message->number).starts_with(error.bytes))
        return message->number;
    return log_.counts().in_flight == 1 ? log_.oldest_in_flight() : 0;
}

Summary Pinger::summary() const
{
    return {.pings = log_.summary(),
            .dropped = dropped_count_,
            .cut = cut_count_,
            .time = steady_clock::now() - start_};
}

} // namespace udppinger
