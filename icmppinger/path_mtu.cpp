#include "icmppinger/path_mtu.h"

#include <algorithm>
#include <csignal>

#include "common/program/output.h"
#include "common/text/json.h"
#include "icmppinger/route.h"

namespace icmppinger {

MtuSearch::MtuSearch(std::uint32_t least, std::uint32_t most, std::uint32_t hint)
    : least_(least), most_(std::max(least, most)), hint_(std::clamp(hint, least_, most_))
{
}

std::uint32_t MtuSearch::next() const
{
    constexpr int most_reports = 32; // more than the routers on a path
    if (largest_passed_ == 0) return least_;
    if (largest_passed_ < hint_ && hint_ <= most_) return hint_;
    if (largest_passed_ == hint_) return hint_ + 1; // probably too big, which ends the search
    if (reports_ > 0 && reports_ <= most_reports) return most_;
    return largest_passed_ + (most_ - largest_passed_ + 1) / 2;
}

void MtuSearch::passed(std::uint32_t size)
{
    largest_passed_ = std::max(largest_passed_, size);
    reports_ = 0;
}

void MtuSearch::failed(std::uint32_t size, std::uint32_t reported)
{
    const bool is_credible = reported >= largest_passed_ && reported >= least_ && reported < size;
    reports_ = is_credible ? reports_ + 1 : 0;
    most_ = std::max(largest_passed_, std::min(most_, is_credible ? reported : size - 1));
}

namespace {

constexpr std::uint8_t first_hops = 64; // TTL of the probes; the quoted TTL gives the router's hop

/// The result of a probe.
struct ProbeResult {
    enum class Kind : std::uint8_t { answered, too_big, too_big_here, lost, refused, stopped };
    Kind kind = Kind::lost;
    std::uint32_t reported_mtu = 0; // of a router's next link
    std::string router{};           // "10.0.0.1 (hop 3)"
    std::string text{};
};

class Prober {
public:
    Prober(Targets& targets, const Options& options, Sockets& sockets, net::SignalWaiter& signals)
        : target_(targets[0]), options_(options), sockets_(sockets), signals_(signals),
          io_(sockets, targets, RequestKind::echo, options.plan.explains, options.plan.end)
    {
    }

    /// Sends a packet of that size; at most three times, while it is lost.
    [[nodiscard]] ProbeResult probe(std::uint32_t size)
    {
        constexpr int most_tries = 3;
        ProbeResult result;
        target_.resize(size - headers());
        for (int tries = 0; tries < most_tries && result.kind == ProbeResult::Kind::lost; ++tries)
            result = probe_once();
        return result;
    }
    /// The size of the IP and ICMP headers.
    [[nodiscard]] std::uint32_t headers() const
    {
        constexpr std::uint32_t ipv4 = 28;
        constexpr std::uint32_t ipv6 = 48;
        return target_.version == Version::v4 ? ipv4 : ipv6;
    }

private:
    [[nodiscard]] ProbeResult probe_once()
    {
        const auto ping = io_.send(target_, first_hops);
        if (ping.error)
            return {.kind = ping.error->cause() == EMSGSIZE ? ProbeResult::Kind::too_big_here
                                                            : ProbeResult::Kind::refused,
                    .text = ping.error->what()};
        const auto end = net::Deadline::earlier(
            options_.plan.end, net::Deadline::at(ping.when + options_.request.timeout));
        ProbeResult result;
        while (result.kind == ProbeResult::Kind::lost && !end.passed()) {
            const int signal = signals_.wait(sockets_.descriptors(), end);
            if (signal == SIGINT || signal == SIGTERM) return {.kind = ProbeResult::Kind::stopped};
            io_.receive([&](const ReceivedMessage& message) {
                if (message.match.number == ping.number) process(message, result);
            });
        }
        return options_.plan.end.passed() ? ProbeResult{.kind = ProbeResult::Kind::stopped}
                                          : result;
    }

    void process(const ReceivedMessage& message, ProbeResult& result)
    {
        const Match& match = message.match;
        if (match.kind == ReplyKind::answer) {
            const auto reply = target_.log.reply(match.number, message.received->arrival);
            result = {.kind = ProbeResult::Kind::answered,
                      .text = "answered, " + net::milliseconds_text(reply.rtt) + " ms"};
        }
        if (match.kind != ReplyKind::error || match.error->is_advice()) return;
        const IcmpError& error = *match.error;
        result = {.kind =
                      error.is_too_big() ? ProbeResult::Kind::too_big : ProbeResult::Kind::refused,
                  .reported_mtu = error.mtu,
                  .router = error.reporter.host(),
                  .text = "From " + error.reporter.host() + " " + meaning_text(error)};
        if (error.request && error.request->hops_left && *error.request->hops_left <= first_hops)
            result.router +=
                " (hop " + std::to_string(first_hops - *error.request->hops_left + 1) + ")";
    }

    Target& target_;
    const Options& options_;
    Sockets& sockets_;
    net::SignalWaiter& signals_;
    PingIo io_;
};

/// Why larger packets do not get through.
struct Limit {
    std::string router{}; // that reported it
    std::string text = "the largest IP packet";
};

void update(MtuSearch& search, std::uint32_t size, const ProbeResult& result, Limit& limit)
{
    if (result.kind == ProbeResult::Kind::answered) {
        search.passed(size);
        return;
    }
    search.failed(size, result.reported_mtu);
    if (result.kind == ProbeResult::Kind::too_big)
        limit = {.router = result.router, .text = "lowered by " + result.router};
    else if (result.kind == ProbeResult::Kind::too_big_here)
        limit = {.text = "the MTU of the local link"};
    else
        limit = {.text = "larger packets are lost, and no router reports it"};
}

bool is_end(const ProbeResult& result)
{
    return result.kind == ProbeResult::Kind::refused || result.kind == ProbeResult::Kind::stopped;
}

std::string json_of(const Target& target, std::uint32_t mtu, const Limit& limit)
{
    return net::json_object(
               {{"host", net::json_string(target.name)},
                {"address", net::json_string(target.host)},
                {"path_mtu", mtu == 0 ? "null" : std::to_string(mtu)},
                {"lowered_by", limit.router.empty() ? "null" : net::json_string(limit.router)}}) +
           "\n";
}

} // namespace

int find_path_mtu(Targets& targets, const Options& options, Sockets& sockets,
                  net::SignalWaiter& signals)
{
    constexpr std::uint32_t least_ipv4 = 68; // RFC 791, page 25
    constexpr std::uint32_t least_ipv6 = 1280;
    constexpr std::uint32_t most = 65535;
    const Target& target = targets[0];
    const std::uint32_t least = target.version == Version::v4 ? least_ipv4 : least_ipv6;
    const auto print_line = [&options](const std::string& line) {
        if (!options.style.json) net::print(line + "\n", options.plan.end);
    };
    const auto print_step = [&](const std::string& line) {
        if (!options.style.quiet) print_line(line);
    };
    print_step("PATH MTU to " + label_of(target, false) + ":");

    Prober prober(targets, options, sockets, signals);
    MtuSearch search(least, most, known_mtu(target.address).value_or(least));
    Limit limit;
    ProbeResult result;
    do {
        const std::uint32_t size = search.next();
        result = prober.probe(size);
        if (result.kind == ProbeResult::Kind::stopped) break;
        print_step(std::to_string(size) +
                   " bytes: " + (result.text.empty() ? "no answer" : result.text));
        update(search, size, result, limit);
    } while (!search.is_over() && !is_end(result) && search.result() != 0);

    const bool found = search.is_over() && !is_end(result) && search.result() != 0;
    const std::uint32_t mtu = found ? search.result() : 0;
    if (options.style.json) net::print(json_of(target, mtu, limit));
    print_line(found ? "path MTU: " + std::to_string(mtu) + " bytes, " + limit.text
                     : "path MTU: not found");
    return found ? 0 : 1;
}

} // namespace icmppinger
