#include "udppinger/echo_server.h"

#include <algorithm>

#include "common/ascii.h"
#include "udppinger/explain.h"
#include "udppinger/output.h"
#include "udppinger/ping_message.h"

namespace udppinger {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::size_t most_waiting = std::size_t{64} << 20; // bytes of answers that are delayed
constexpr auto longest_hold = 1s; // what nobody overtakes leaves all the same
constexpr int most_at_once = 64;  // datagrams, then the signals and the outbox have their turn

std::string in_capitals(std::string_view bytes)
{
    std::string text(bytes);
    std::ranges::transform(text, text.begin(), net::to_upper);
    return text;
}

void corrupt(std::string& bytes, std::uint64_t where)
{
    if (bytes.empty()) return;
    char& byte = bytes[where % bytes.size()];
    byte = static_cast<char>(byte ^ 1); // another letter or digit, whatever the case
}

std::string words_of(const Fate& fate)
{
    return std::string(fate.corrupt ? ", corrupt" : "") + (fate.again ? ", twice" : "") +
           (fate.held ? ", held back" : "") +
           (fate.delay > 0ns ? ", " + milliseconds_text(fate.delay) + " ms later" : "");
}

/// What a heartbeat took: the wall clocks of two machines, so it can be negative.
std::chrono::nanoseconds one_way(std::chrono::microseconds sent, steady_clock::time_point arrival)
{
    const auto age = steady_clock::now() - arrival;
    return system_clock::now().time_since_epoch() - age - sent;
}

} // namespace

EchoServer::EchoServer(std::uint16_t port, const std::string& bind, const EchoRules& rules)
    : rules_(rules), socket_(net::UdpSocket::bind(port, bind)), port_(socket_.local().port()),
      fates_(rules.impairment), outbox_(most_waiting), heartbeats_(rules.heartbeat_patience)
{
}

net::Deadline EchoServer::next_event() const
{
    return std::min(outbox_.next_due(), heartbeats_.next_deadline());
}

void EchoServer::serve()
{
    for (int i = 0; i < most_at_once; ++i) {
        const auto datagram = socket_.receive();
        if (!datagram) break;
        take(*datagram);
    }
    send_due();
    const std::string stopped = heartbeats_.stopped(steady_clock::now());
    if (!stopped.empty()) print(stopped);
}

void EchoServer::take(const net::Datagram& question)
{
    Client& client = clients_.at(question.from);
    ++client.counters.received;
    if (rules_.explain) print_diagnostic(explain(question.bytes, question.from, question.to));
    if (const char* reason = reason_to_refuse(question, client)) {
        ++client.counters.refused;
        tell(question, reason);
        return;
    }
    const Fate fate = fates_.next();
    if (fate.lost) {
        ++client.counters.lost;
        tell(question, "lost on purpose");
        return;
    }
    const auto message = parse_message(question.bytes);
    if (message && net::equal_ignoring_case(message->word, heartbeat_word)) {
        ++client.counters.heartbeats;
        take_heartbeat(question, message->number, message->time);
        return;
    }
    answer(question, fate, client);
}

void EchoServer::take_heartbeat(const net::Datagram& datagram, std::uint64_t number,
                                std::chrono::microseconds sent)
{
    const std::string lines = heartbeats_.heard(
        datagram.from, number, one_way(sent, datagram.arrival), steady_clock::now());
    if (!rules_.quiet) print(lines);
}

/// Two servers that answer each other never stop (CVE-2024-2169): services live below port 1024,
/// and one like us lives on our own port.
const char* EchoServer::reason_to_refuse(const net::Datagram& question, Client& client) const
{
    constexpr std::uint16_t first_unprivileged = 1024;
    const std::uint16_t port = question.from.port();
    if (port < first_unprivileged) return "refused: from a service's port, below 1024";
    if (port == port_) return "refused: from a server's port, our own";
    if (!client.limit.admits(steady_clock::now(), rules_.rate_limit))
        return "refused: over the rate limit";
    return nullptr;
}

void EchoServer::answer(const net::Datagram& question, const Fate& fate, Client& client)
{
    Answer answer{rules_.verbatim ? std::string(question.bytes) : in_capitals(question.bytes),
                  question.from, question.to};
    if (fate.corrupt) corrupt(answer.bytes, *fate.corrupt);
    const Time now = steady_clock::now();
    const bool is_twice = fate.again && outbox_.add(answer, now + *fate.again);
    const Time due = now + fate.delay;
    const bool is_kept = fate.held ? outbox_.hold(std::move(answer), due, now + longest_hold)
                                   : outbox_.add(std::move(answer), due);
    if (!is_kept) {
        ++client.counters.refused;
        tell(question, "refused: too many answers are waiting");
        return;
    }
    ++client.counters.answered;
    client.counters.corrupted += fate.corrupt ? 1 : 0;
    client.counters.duplicated += is_twice ? 1 : 0;
    client.counters.held_back += fate.held ? 1 : 0;
    tell(question, "answered" + words_of(fate));
}

void EchoServer::send(const Answer& answer)
try {
    socket_.send_to(answer.bytes, answer.to, answer.from);
    if (rules_.explain) print_diagnostic(explain(answer.bytes, answer.from, answer.to));
} catch (const net::Error& error) { // this client's trouble
    Counters& counters = clients_.at(answer.to).counters;
    --counters.answered;
    ++counters.refused;
    if (!rules_.quiet) print(std::string("not answered: ") + error.what() + "\n");
}

void EchoServer::send_due()
{
    const Time now = steady_clock::now();
    while (const auto answer = outbox_.take(now))
        send(*answer);
}

void EchoServer::tell(const net::Datagram& datagram, std::string_view what) const
{
    if (rules_.quiet) return;
    print(datagram.from.text() + ": " + count_text(datagram.bytes.size(), "byte") + " " +
          quoted(datagram.bytes) + " " + std::string(what) + "\n");
}

} // namespace udppinger
