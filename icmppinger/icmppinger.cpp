// ICMP pinger: sends echo requests or other queries and reports every reply and error.

#include <algorithm>
#include <csignal>
#include <exception>

#include "common/program/output.h"
#include "icmppinger/path_mtu.h"
#include "icmppinger/resolve_hosts.h"
#include "icmppinger/trace.h"

namespace {

using namespace icmppinger;

/// Resolves the hosts; of several, a failing one is reported and skipped. Closes unused sockets.
Targets find_targets(const Options& options, Sockets& sockets)
{
    Targets targets;
    for (const std::string& host : options.hosts)
        try {
            Target target(host, find_host(host, options, sockets), options.request);
            if (options.settings.broadcast && is_broadcast(target.address))
                target.is_multicast = true;
            targets.add(std::move(target));
        } catch (const net::Error& error) {
            if (options.hosts.size() == 1) throw;
            net::complain("icmppinger", error.what());
        }
    if (targets.size() == 0) throw net::Error("none of the hosts can be pinged");
    check_privilege(options, targets);
    for (const Version version : {Version::v4, Version::v6})
        if (std::ranges::none_of(targets, [&](const Target& t) { return t.version == version; }))
            sockets.close(version);
    return targets;
}

bool has_failed(const Target& target, const Options& options)
{
    const net::PingSummary& pings = target.log.counts();
    const bool is_short = options.run_time && pings.received < options.plan.count;
    const bool is_lossy = options.max_loss && pings.loss_percent() > *options.max_loss;
    return pings.received == 0 || is_short || is_lossy;
}

int exit_status(const Targets& targets, const Options& options)
{
    if (targets.size() < options.hosts.size()) return 2;
    return std::ranges::any_of(targets,
                               [&](const Target& target) { return has_failed(target, options); })
               ? 1
               : 0;
}

int ping(Targets& targets, const Options& options, Sockets& sockets, net::SignalWaiter& signals)
{
    Screen screen(options.style, options.hosts, options.plan.end);
    Pinger pinger(targets, options.request, options.plan, sockets, screen);
    const bool is_complete = pinger.run(signals);
    screen.finish(targets, pinger.time(), !is_complete);
    return exit_status(targets, options);
}

} // namespace

int main(int argc, char* argv[])
try {
    Options options = parse_options(argc, argv);
    Sockets sockets(options.families, options.settings);
    drop_privileges();
    options.request.wall_ahead = net::KernelClock::read().ahead;
    Targets targets = find_targets(options, sockets);
    net::SignalWaiter signals({SIGINT, SIGTERM, SIGQUIT});
    if (options.run_time) options.plan.end = net::Deadline::in(*options.run_time);

    if (options.trace) return trace(targets, options, sockets, signals);
    if (options.mtu) return find_path_mtu(targets, options, sockets, signals);
    return ping(targets, options, sockets, signals);
} catch (const std::exception& error) {
    net::complain("icmppinger", error.what());
    return 2;
}
