#include "icmppinger/trace.h"

#include <algorithm>
#include <csignal>
#include <set>

#include "common/program/output.h"
#include "common/text/json.h"

namespace icmppinger {

using std::chrono::steady_clock;

namespace {

constexpr std::uint64_t most_in_flight = 16; // probes: routers limit the rate of their errors
constexpr auto spacing = 5ms;                // between two probes
constexpr auto name_timeout = 500ms;         // for the names of a hop that is otherwise known

} // namespace

Tracer::Tracer(Targets& targets, const Options& options, Sockets& sockets)
    : target_(targets[0]), options_(options), sockets_(sockets),
      io_(sockets, targets, RequestKind::echo, options.plan.explains, options.plan.end),
      hops_(options.most_hops, Hop{.probes = std::vector<Probe>(options.probes)}),
      last_hop_(options.most_hops), due_(steady_clock::now())
{
}

bool Tracer::run(net::SignalWaiter& signals)
{
    const auto sockets = sockets_.descriptors();
    const std::array<int, 3> descriptors{sockets[0], sockets[1], names_.descriptor()};
    while (!is_complete() && !options_.plan.end.passed()) {
        send_when_due();
        const int signal = signals.wait(descriptors, next_event());
        if (signal == SIGINT || signal == SIGTERM) break;
        names_.clear_event();
        const Time now = steady_clock::now(); // packets that arrived before are in the sockets
        io_.receive([this](const ReceivedMessage& message) { process(message); });
        lose_overdue(now);
        print_known_hops();
    }
    return reached_;
}

/// The hop that a probe is for, from 1 on.
std::uint64_t Tracer::hop_of(std::uint64_t number) const
{
    return (number - 1) / options_.probes + 1;
}

bool Tracer::all_sent() const
{
    return target_.log.counts().transmitted >= last_hop_ * options_.probes;
}

net::Deadline Tracer::next_event() const
{
    net::Deadline next = options_.plan.end;
    const auto sooner = [&next](Time moment) {
        next = net::Deadline::earlier(next, net::Deadline::at(moment));
    };
    if (!all_sent() && target_.log.counts().in_flight < most_in_flight) sooner(due_);
    if (const auto loss = target_.log.next_deadline()) sooner(*loss);
    const Hop& unprinted = hops_[printed_];
    if (is_decided(unprinted)) sooner(unprinted.decided_at + name_timeout);
    return next;
}

void Tracer::send_when_due()
{
    const Time now = steady_clock::now();
    if (all_sent() || now < due_ || target_.log.counts().in_flight >= most_in_flight) return;
    due_ = now + spacing;
    const std::uint64_t hop = hop_of(target_.log.counts().transmitted + 1);
    const auto ping = io_.send(target_, static_cast<std::uint8_t>(hop));
    if (ping.error) decide(ping.number, {.remark = ping.error->what()}, true);
}

void Tracer::process(const ReceivedMessage& message)
{
    const Match& match = message.match;
    if (match.kind == ReplyKind::answer) {
        const auto reply = target_.log.reply(match.number, message.received->arrival);
        if (reply.arrival != net::Arrival::first) return;
        reached_ = true;
        decide(match.number, {.from = target_.address, .rtt = reply.rtt}, true);
    }
    if (match.kind != ReplyKind::error || match.error->is_advice()) return;
    const IcmpError& error = *match.error;
    const auto sent_at = target_.log.sent_at(match.number);
    if (!sent_at || !target_.log.error(match.number)) return;
    const Time when = message.received ? message.received->arrival : steady_clock::now();
    decide(match.number,
           {.from = error.reporter,
            .rtt = when - *sent_at,
            .remark = error.is_time_exceeded() ? "" : meaning_text(error),
            .labels = labels_text(error)},
           error.is_unreachable());
}

/// Records a probe's result; `is_last`: probes of later hops cannot get further.
void Tracer::decide(std::uint64_t number, const Probe& probe, bool is_last)
{
    const std::uint64_t hop = hop_of(number);
    Hop& record = hops_[hop - 1];
    record.probes[(number - 1) % options_.probes] = probe;
    record.probes[(number - 1) % options_.probes].is_decided = true;
    record.decided_at = steady_clock::now();
    if (is_last) last_hop_ = std::min(last_hop_, std::max(hop, printed_));
    if (probe.from && !options_.style.numeric) names_.find(*probe.from);
}

void Tracer::lose_overdue(Time now)
{
    while (const std::uint64_t number = target_.log.lose_next(now))
        decide(number, {}, false);
}

bool Tracer::is_decided(const Hop& hop)
{
    return std::ranges::all_of(hop.probes, &Probe::is_decided);
}

bool Tracer::is_named(const Hop& hop) const
{
    return options_.style.numeric || steady_clock::now() >= hop.decided_at + name_timeout ||
           std::ranges::all_of(hop.probes, [this](const Probe& probe) {
               return !probe.from || names_.is_found(*probe.from);
           });
}

void Tracer::print_known_hops()
{
    while (!is_complete() && is_decided(hops_[printed_]) && is_named(hops_[printed_])) {
        ++printed_;
        if (!options_.style.json)
            net::print(hop_text(printed_, hops_[printed_ - 1]), options_.plan.end);
    }
}

/// " 1  router.example (10.0.0.1)  0.312 ms  0.211 ms  *", and the remarks below.
std::string Tracer::hop_text(std::uint64_t number, const Hop& hop) const
{
    std::string line = (number < 10 ? " " : "") + std::to_string(number);
    std::optional<net::Address> previous;
    std::set<std::string> remarks;
    for (const Probe& probe : hop.probes) {
        if (!probe.remark.empty()) remarks.insert(probe.remark);
        if (!probe.labels.empty()) remarks.insert(probe.labels + " (RFC 4950)");
        if (!probe.from) {
            line += "  *";
            continue;
        }
        if (previous != probe.from) line += "  " + router_text(*probe.from);
        previous = probe.from;
        line += "  " + net::milliseconds_text(probe.rtt) + " ms";
    }
    line += "\n";
    for (const std::string& remark : remarks)
        line += "      " + remark + "\n";
    return line;
}

std::string Tracer::router_text(const net::Address& address) const
{
    const std::string name = options_.style.numeric ? "" : names_.name_of(address);
    return name.empty() ? address.host() : name + " (" + address.host() + ")";
}

std::string Tracer::json_text() const
{
    std::vector<std::string> hops;
    for (std::uint64_t number = 1; number <= printed_; ++number) {
        std::vector<std::string> probes;
        for (const Probe& probe : hops_[number - 1].probes)
            probes.push_back(probe_json(probe));
        hops.push_back(net::json_object(
            {{"hop", std::to_string(number)}, {"probes", net::json_array(probes)}}));
    }
    return net::json_object({{"host", net::json_string(target_.name)},
                             {"address", net::json_string(target_.host)},
                             {"reached", reached_ ? "true" : "false"},
                             {"hops", net::json_array(hops)}});
}

/// Unknown values are null; a lost probe is null.
std::string Tracer::probe_json(const Probe& probe) const
{
    const auto known = [](const std::string& text) {
        return text.empty() ? "null" : net::json_string(text);
    };
    if (!probe.from && probe.remark.empty()) return "null";
    const bool is_named = probe.from && !options_.style.numeric;
    return net::json_object({{"address", known(probe.from ? probe.from->host() : "")},
                             {"name", known(is_named ? names_.name_of(*probe.from) : "")},
                             {"rtt_ms", probe.from ? net::milliseconds_text(probe.rtt) : "null"},
                             {"remark", known(probe.remark)},
                             {"labels", known(probe.labels)}});
}

int trace(Targets& targets, const Options& options, Sockets& sockets, net::SignalWaiter& signals)
{
    if (!options.style.json)
        net::print("TRACE " + label_of(targets[0], false) + ", " +
                   net::count_text(options.most_hops, "hop") + " at most, " +
                   net::count_text(options.probes, "probe") + " each, " +
                   net::count_text(options.request.size, "byte") + " of data\n");
    Tracer tracer(targets, options, sockets);
    const bool is_reached = tracer.run(signals);
    if (options.style.json) net::print(tracer.json_text() + "\n");
    return is_reached ? 0 : 1;
}

} // namespace icmppinger
