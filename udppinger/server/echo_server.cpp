#include "udppinger/server/echo_server.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "common/program/output.h"
#include "common/text/ascii.h"
#include "udppinger/explain.h"
#include "udppinger/ping_message.h"

namespace udppinger {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::size_t most_waiting = std::size_t{64} << 20; // bytes of delayed answers
constexpr const char* no_line = ""; // a reason that an earlier line has given
constexpr auto longest_hold = 1s; // then a held answer is sent even if no other answer overtakes it

void corrupt(std::string& bytes, std::uint64_t where)
{
    if (bytes.empty()) return;
    char& byte = bytes[where % bytes.size()];
    byte = static_cast<char>(byte ^ 1); // another letter or digit, in either case
}

std::string effects_text(const DatagramEffects& effects)
{
    return std::string(effects.corrupt_byte ? ", corrupt" : "") +
           (effects.duplicate_delay ? ", twice" : "") + (effects.held ? ", held back" : "") +
           (effects.delay > 0ns ? ", " + net::milliseconds_text(effects.delay) + " ms later" : "");
}

/// Explains a datagram on standard error; the text is lost if the reader has stalled.
void show(std::string_view bytes, const net::Address& from, const net::Address& to)
{
    net::print_diagnostic(explain(bytes, from, to), net::Deadline::in({}));
}

} // namespace

EchoServer::EchoServer(std::uint16_t port, const std::string& bind, const EchoRules& rules)
    : rules_(rules), socket_(net::UdpSocket::bind(port, bind)), port_(socket_.local().port()),
      network_(rules.impairment), delayed_(most_waiting), heartbeats_(rules.heartbeat_timeout)
{
}

net::Deadline EchoServer::next_event() const
{
    return net::Deadline::earlier(delayed_.next_due(), heartbeats_.next_deadline());
}

void EchoServer::serve()
{
    for (const net::Datagram& datagram : socket_.receive())
        process(datagram);
    send_ready();
    if (heartbeats_.next_deadline().passed()) print(heartbeats_.stopped(steady_clock::now()));
}

void EchoServer::print(const std::string& text)
{
    if (net::print_if_read(text) || std::exchange(has_lost_lines_, true)) return;
    constexpr auto problem = "the reader of standard output has stalled: lines are lost";
    net::complain("udpechoserver", problem, net::Deadline::in({})); // may be the same full pipe
}

void EchoServer::process(const net::Datagram& request)
{
    Client& client = clients_.at(request.from, request.arrival);
    ++client.counters.received;
    if (rules_.explain) show(request.bytes, request.from, request.to);
    if (const char* reason = reason_to_refuse(request, client)) {
        ++client.counters.refused;
        if (reason != no_line) log_line(request, reason);
        return;
    }
    const DatagramEffects effects = network_.next();
    if (effects.lost) {
        ++client.counters.lost;
        log_line(request, "lost on purpose");
        return;
    }
    if (is_heartbeat(request.bytes)) {
        ++client.counters.heartbeats;
        process_heartbeat(request);
        return;
    }
    answer(request, effects, client);
}

void EchoServer::process_heartbeat(const net::Datagram& datagram)
{
    const auto message = parse_message(datagram.bytes);
    std::optional<std::chrono::nanoseconds> difference;
    if (message->time) difference = system_clock::now().time_since_epoch() - *message->time;
    const std::string lines =
        heartbeats_.received(datagram.from, message->number, difference, datagram.arrival);
    if (!rules_.quiet) print(lines);
}

/// Prevents loops of two servers that answer each other (CVE-2024-2169): services use ports below
/// 1024, another echo server may use our own port, and one on any other port repeats itself.
const char* EchoServer::reason_to_refuse(const net::Datagram& request, Client& client)
{
    constexpr std::uint16_t first_unprivileged = 1024;
    const std::uint16_t port = request.from.port();
    if (port < first_unprivileged) return "refused: the source port is below 1024";
    if (port == port_) return "refused: the source port is this server's own";
    if (rules_.rate_limit != 0 && !clients_.limit_of(request.from, request.arrival)
                                       .admits(request.arrival, rules_.rate_limit))
        return "refused: the rate limit is exceeded";
    return reason_to_refuse_repeat(request, client);
}

const char* EchoServer::reason_to_refuse_repeat(const net::Datagram& request, Client& client)
{
    if (!recent_.contains(request.from, request.bytes)) return nullptr;
    constexpr int ways = 2; // the other server may delay its answers as long as this one
    const auto pause = 1s + ways * (rules_.impairment.delay + rules_.impairment.jitter);
    switch (client.repeats.decide(request.arrival, pause)) {
    case RepeatDecision::admit: return nullptr;
    case RepeatDecision::refuse: return no_line;
    case RepeatDecision::refuse_first: break;
    }
    return "refused, as are all like it: the same bytes come more than 20 times a second, perhaps "
           "from another echo server";
}

void EchoServer::answer(const net::Datagram& request, const DatagramEffects& effects,
                        Client& client)
{
    OutgoingDatagram& answer = next_ready();
    answer.bytes.assign(request.bytes);
    answer.to = request.from;
    answer.from = request.to;
    if (!rules_.verbatim) std::ranges::transform(answer.bytes, answer.bytes.begin(), net::to_upper);
    if (effects.corrupt_byte) corrupt(answer.bytes, *effects.corrupt_byte);

    const bool is_on_time =
        !effects.held && !effects.duplicate_delay && effects.delay == 0ns && delayed_.empty();
    if (is_on_time) {
        ++ready_count_;
    } else if (!postpone(answer, effects)) {
        ++client.counters.refused;
        log_line(request, "refused: too many answers are waiting");
        return;
    }
    ++client.counters.answered;
    client.counters.corrupted += effects.corrupt_byte ? 1 : 0;
    client.counters.duplicated += effects.duplicate_delay ? 1 : 0;
    client.counters.held_back += effects.held ? 1 : 0;
    if (!rules_.quiet) log_line(request, "answered" + effects_text(effects));
}

/// The place for the next answer to send at once; its memory is reused.
OutgoingDatagram& EchoServer::next_ready()
{
    if (ready_count_ == ready_.size()) ready_.emplace_back();
    return ready_[ready_count_];
}

/// Queues the answer for later. False when there is no room.
bool EchoServer::postpone(const OutgoingDatagram& answer, const DatagramEffects& effects)
{
    const Time now = steady_clock::now();
    if (effects.duplicate_delay && !delayed_.add(answer, now + *effects.duplicate_delay))
        return false;
    const Time due = now + effects.delay;
    return effects.held ? delayed_.hold(answer, due, now + longest_hold)
                        : delayed_.add(answer, due);
}

void EchoServer::send_ready()
{
    if (!delayed_.empty()) {
        const Time now = steady_clock::now();
        while (auto answer = delayed_.pop_due(now)) {
            next_ready() = std::move(*answer);
            ++ready_count_;
        }
    }
    const auto ready = std::span(ready_).first(std::exchange(ready_count_, 0));
    if (rules_.explain)
        for (const OutgoingDatagram& answer : ready)
            show(answer.bytes, answer.from, answer.to);
    socket_.send_each(ready, [this](const OutgoingDatagram& answer, const net::Error& error) {
        ++clients_.known(answer.to).counters.unsent; // an error for this client only
        if (!rules_.quiet) print(std::string("not answered: ") + error.what() + "\n");
    });
}

void EchoServer::log_line(const net::Datagram& datagram, std::string_view what)
{
    if (rules_.quiet) return;
    print(datagram.from.text() + ": " + net::count_text(datagram.bytes.size(), "byte") + " " +
          quoted(datagram.bytes) + " " + std::string(what) + "\n");
}

} // namespace udppinger
