// A pinger over UDP: sends numbered pings to an echo server and measures what comes back.

#include <algorithm>
#include <csignal>
#include <exception>
#include <functional>
#include <optional>

#include "common/program/command_line.h"
#include "common/program/output.h"
#include "common/text/ascii.h"
#include "common/text/number.h"
#include "udppinger/pinger.h"

namespace {

using udppinger::Plan;

struct Options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 12000;
    std::optional<std::uint16_t> given_port{};
    Plan plan{};
    udppinger::Style style{};
    std::optional<std::chrono::microseconds> run_time{};
    std::optional<std::size_t> seed{};
    std::optional<double> max_loss{};
    bool ipv4_only = false;
    bool ipv6_only = false;
};

/// Splits "example.org:12000" or "[2001:db8::1]:12000"; another text is a host without a port.
void set_server(Options& options)
{
    const std::size_t colon = options.host.rfind(':');
    const bool has_port = colon != std::string::npos && colon > 0 &&
                          (options.host[colon - 1] == ']' || options.host.find(':') == colon);
    if (has_port) {
        const std::string text = options.host.substr(colon + 1);
        if (options.given_port)
            throw net::Error("the port is given twice: " + text + " and " +
                             std::to_string(*options.given_port));
        options.given_port = net::parse_number<std::uint16_t>(text);
        if (!options.given_port || *options.given_port == 0)
            throw net::Error("PORT '" + net::escaped(text) +
                             "' is not a whole number from 1 to 65535");
        options.host.resize(colon);
    }
    options.port = options.given_port.value_or(options.port);
}

Options parse_options(int argc, char* argv[])
{
    Options options;
    Plan& plan = options.plan;
    udppinger::Style& style = options.style;
    const net::CommandLine command_line{
        .program = "udppinger",
        .purpose = "Pings a UDP echo server.",
        .operands =
            {
                {"HOST", "the server's name or address", options.host},
                {"PORT",
                 "the UDP port of the server, also as HOST:PORT (default 12000)",
                 {options.given_port, std::uint16_t{1}, std::uint16_t{65535}}},
            },
        .options =
            {
                {'c', "count", "COUNT", "number of pings to send; 0: until Ctrl-C", plan.count},
                {'i', "interval", "SECONDS", "time between two pings", plan.interval},
                {'W', "timeout", "SECONDS", "time to wait for each answer", plan.timeout},
                {'s',
                 "size",
                 "BYTES",
                 "fill each datagram up to this size",
                 {plan.size, 0, net::max_datagram_ipv6}},
                {'w', "deadline", "SECONDS", "end the run after this time", options.run_time},
                {'q', "quiet", "", "print only the first line and the summary", style.quiet},
                {'4', "ipv4", "", "use IPv4 only", options.ipv4_only},
                {'6', "ipv6", "", "use IPv6 only", options.ipv6_only},
                {'D', "timestamps", "", "begin each line with a timestamp", style.times},
                {0,
                 "loss",
                 "PERCENT",
                 "percentage of pings to drop, at random",
                 {plan.loss, 0, 100}},
                {0, "seed", "N", "repeat the random losses of an earlier run", options.seed},
                {0, "heartbeat", "", "send heartbeats, which the server does not answer",
                 plan.heartbeat},
                {0, "json", "", "print only one JSON object, at the end", style.json},
                {0, "chart", "", "draw a chart of the run", style.chart},
                {0,
                 "max-loss",
                 "PERCENT",
                 "exit with 1 when the loss is higher",
                 {options.max_loss, 0, 100}},
                {'v', "explain", "", "show each datagram and its parts on stderr", plan.explain},
            },
        .exit_status =
            "0 at least one answer, 1 no answer or too much loss, 2 usage or system error",
    };
    command_line.parse_or_exit(argc, argv);
    style.heartbeat = plan.heartbeat;
    if (plan.explain) style.chart = false; // the lines would break the chart
    plan.seed = options.seed.value_or(udppinger::random_seed());
    set_server(options);
    return options;
}

bool has_route(const net::Address& address)
try {
    return net::UdpSocket::connect(address).descriptor() != -1;
} catch (const net::Error&) {
    return false;
}

/// The server's addresses, in the order to try them. Never empty. Addresses without a route are
/// included only when none has one.
std::vector<net::Address> find_server(const Options& options)
{
    if (options.ipv4_only && options.ipv6_only)
        throw net::Error("--ipv4 and --ipv6 exclude each other");
    auto addresses = net::resolve(options.host, options.port, SOCK_DGRAM);
    std::ranges::transform(addresses, addresses.begin(), &net::Address::unmapped);
    std::erase_if(addresses, [&](const net::Address& address) {
        return address.family() == AF_INET6 ? options.ipv4_only : options.ipv6_only;
    });
    if (addresses.empty())
        throw net::Error("look up " + options.host + ": no " +
                         (options.ipv4_only ? "IPv4" : "IPv6") + " address");
    if (options.plan.size > net::max_datagram)
        std::erase_if(addresses, [](const net::Address& a) { return a.family() == AF_INET; });
    if (addresses.empty())
        throw net::Error("--size " + std::to_string(options.plan.size) +
                         ": a datagram over IPv4 has at most " + std::to_string(net::max_datagram) +
                         " bytes");
    if (std::ranges::any_of(addresses, has_route)) std::erase_if(addresses, std::not_fn(has_route));
    return addresses;
}

int exit_status(const net::PingSummary& pings, const Options& options)
{
    if (options.plan.heartbeat) return pings.transmitted > pings.errors ? 0 : 1;
    if (pings.received == 0) return 1;
    return options.max_loss && pings.loss_percent() > *options.max_loss ? 1 : 0;
}

} // namespace

int main(int argc, char* argv[])
try {
    Options options = parse_options(argc, argv);
    const auto addresses = find_server(options);
    net::SignalWaiter signals({SIGINT, SIGTERM, SIGQUIT});
    if (options.run_time) options.plan.end = net::Deadline::in(*options.run_time);
    udppinger::Screen screen(options.host, options.style, options.plan.end);

    for (const net::Address& address : addresses) {
        const bool is_last = &address == &addresses.back();
        udppinger::Pinger pinger(address, options.plan, screen);
        const udppinger::Ending ending = pinger.run(signals, !is_last);
        if (ending == udppinger::Ending::refused) {
            net::complain("udppinger",
                          "no server listens on " + address.text() + ", trying the next address");
            continue;
        }
        screen.finish(pinger.summary(), pinger.rtts(), ending == udppinger::Ending::ended_early);
        return exit_status(pinger.summary().pings, options);
    }
    return 1; // not reached: the last address is never refused
} catch (const std::exception& error) {
    net::complain("udppinger", error.what());
    return 2;
}
