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
    constexpr int most_told = 32; // more than the routers on a path
    if (works_ == 0) return least_;
    if (works_ < hint_ && hint_ <= most_) return hint_;
    if (works_ == hint_) return hint_ + 1; // probably too big, which ends the search
    if (told_ > 0 && told_ <= most_told) return most_;
    return works_ + (most_ - works_ + 1) / 2;
}

void MtuSearch::passed(std::uint32_t size)
{
    works_ = std::max(works_, size);
    told_ = 0;
}

void MtuSearch::failed(std::uint32_t size, std::uint32_t told)
{
    const bool is_credible = told >= works_ && told >= least_ && told < size;
    told_ = is_credible ? told_ + 1 : 0;
    most_ = std::max(works_, std::min(most_, is_credible ? told : size - 1));
}

namespace {

constexpr std::uint8_t first_hops = 64; // TTL of the probes; the quoted TTL gives the router's hop

/// The result of a probe.
struct Fate {
    enum class Kind : std::uint8_t { answered, too_big, too_big_here, lost, refused, stopped };
    Kind kind = Kind::lost;
    std::uint32_t told = 0; // MTU of a router's next link
    std::string router{};   // "10.0.0.1 (hop 3)"
    std::string words{};
};

class Prober {
public:
    Prober(Targets& targets, const Options& options, Sockets& sockets, net::SignalWaiter& signals)
        : target_(targets[0]), options_(options), sockets_(sockets), signals_(signals),
          io_(sockets, targets, QueryKind::echo, options.plan.explains, options.plan.end)
    {
    }

    /// Sends a packet of that size; at most three times, while it is lost.
    [[nodiscard]] Fate probe(std::uint32_t size)
    {
        constexpr int most_tries = 3;
        Fate fate;
        target_.resize(size - headers());
        for (int tries = 0; tries < most_tries && fate.kind == Fate::Kind::lost; ++tries)
            fate = probe_once();
        return fate;
    }
    /// The size of the IP and ICMP headers.
    [[nodiscard]] std::uint32_t headers() const
    {
        constexpr std::uint32_t ipv4 = 28;
        constexpr std::uint32_t ipv6 = 48;
        return target_.version == Version::v4 ? ipv4 : ipv6;
    }

private:
    [[nodiscard]] Fate probe_once()
    {
        const auto ping = io_.send(target_, first_hops);
        if (ping.error)
            return {.kind = ping.error->cause() == EMSGSIZE ? Fate::Kind::too_big_here
                                                            : Fate::Kind::refused,
                    .words = ping.error->what()};
        const auto end = net::Deadline::earlier(
            options_.plan.end, net::Deadline::at(ping.when + options_.query.timeout));
        Fate fate;
        while (fate.kind == Fate::Kind::lost && !end.passed()) {
            const int signal = signals_.wait(sockets_.descriptors(), end);
            if (signal == SIGINT || signal == SIGTERM) return {.kind = Fate::Kind::stopped};
            io_.receive([&](const ReceivedMessage& message) {
                if (message.match.number == ping.number) take(message, fate);
            });
        }
        return options_.plan.end.passed() ? Fate{.kind = Fate::Kind::stopped} : fate;
    }

    void take(const ReceivedMessage& message, Fate& fate)
    {
        const Match& match = message.match;
        if (match.kind == ReplyKind::answer) {
            const auto reply = target_.log.reply(match.number, message.received->arrival);
            fate = {.kind = Fate::Kind::answered,
                    .words = "answered, " + net::milliseconds_text(reply.rtt) + " ms"};
        }
        if (match.kind != ReplyKind::control || match.control->is_advice()) return;
        const ControlMessage& control = *match.control;
        fate = {.kind = control.is_too_big() ? Fate::Kind::too_big : Fate::Kind::refused,
                .told = control.mtu,
                .router = control.reporter.host(),
                .words = "From " + control.reporter.host() + " " + meaning_text(control)};
        if (control.request && control.request->hops_left &&
            *control.request->hops_left <= first_hops)
            fate.router +=
                " (hop " + std::to_string(first_hops - *control.request->hops_left + 1) + ")";
    }

    Target& target_;
    const Options& options_;
    Sockets& sockets_;
    net::SignalWaiter& signals_;
    PingIo io_;
};

/// Why larger packets do not get through.
struct Reason {
    std::string router{}; // that reported it
    std::string words = "as much as an IP packet holds";
};

void learn(MtuSearch& search, std::uint32_t size, const Fate& fate, Reason& why)
{
    if (fate.kind == Fate::Kind::answered) {
        search.passed(size);
        return;
    }
    search.failed(size, fate.told);
    if (fate.kind == Fate::Kind::too_big)
        why = {.router = fate.router, .words = "lowered by " + fate.router};
    else if (fate.kind == Fate::Kind::too_big_here)
        why = {.words = "as much as our own link carries"};
    else
        why = {.words = "what is larger gets lost, and no router says why"};
}

bool is_end(const Fate& fate)
{
    return fate.kind == Fate::Kind::refused || fate.kind == Fate::Kind::stopped;
}

std::string json_of(const Target& target, std::uint32_t mtu, const Reason& why)
{
    return net::json_object(
               {{"host", net::json_string(target.name)},
                {"address", net::json_string(target.host)},
                {"path_mtu", mtu == 0 ? "null" : std::to_string(mtu)},
                {"lowered_by", why.router.empty() ? "null" : net::json_string(why.router)}}) +
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
    const auto say = [&options](const std::string& line) {
        if (!options.style.json) net::print(line + "\n", options.plan.end);
    };
    const auto say_more = [&](const std::string& line) {
        if (!options.style.quiet) say(line);
    };
    say_more("PATH MTU to " + label_of(target, false) + ":");

    Prober prober(targets, options, sockets, signals);
    MtuSearch search(least, most, known_mtu(target.address).value_or(least));
    Reason why;
    Fate fate;
    do {
        const std::uint32_t size = search.next();
        fate = prober.probe(size);
        if (fate.kind == Fate::Kind::stopped) break;
        say_more(std::to_string(size) +
                 " bytes: " + (fate.words.empty() ? "no answer" : fate.words));
        learn(search, size, fate, why);
    } while (!search.is_over() && !is_end(fate) && search.result() != 0);

    const bool found = search.is_over() && !is_end(fate) && search.result() != 0;
    const std::uint32_t mtu = found ? search.result() : 0;
    if (options.style.json) net::print(json_of(target, mtu, why));
    say(found ? "path MTU: " + std::to_string(mtu) + " bytes, " + why.words
              : "path MTU: not found");
    return found ? 0 : 1;
}

} // namespace icmppinger
