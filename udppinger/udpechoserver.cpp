// The lab's echo server: answers each datagram with the same text in capitals, and loses some.

#include <csignal>
#include <exception>
#include <optional>

#include "common/program/command_line.h"
#include "common/program/output.h"
#include "common/signals.h"
#include "common/text/decimal.h"
#include "udppinger/server/echo_server.h"

namespace {

struct Options {
    std::uint16_t port = 12000;
    std::string bind{};
    udppinger::EchoRules rules{};
    double delay = 0; // in milliseconds, as the next
    double jitter = 0;
    std::optional<std::size_t> seed{};
};

std::chrono::microseconds from_milliseconds(double count)
{
    return std::chrono::round<std::chrono::microseconds>(
        std::chrono::duration<double, std::milli>(count));
}

Options parse_options(int argc, char* argv[])
{
    Options options;
    udppinger::EchoRules& rules = options.rules;
    udppinger::Impairment& impairment = rules.impairment;
    constexpr double most_milliseconds = 60'000; // one minute
    const net::CommandLine command_line{
        .program = "udpechoserver",
        .purpose = "Echoes UDP datagrams and simulates a bad network.",
        .operands = {{"PORT", "the UDP port to answer on; 0: any free one", options.port}},
        .options =
            {
                {'b', "bind", "ADDR", "answer on this address; *: on all", options.bind},
                {0,
                 "loss",
                 "PERCENT",
                 "percentage of datagrams to lose",
                 {impairment.loss, 0, 100}},
                {0, "delay", "MS", "delay of every answer", {options.delay, 0, most_milliseconds}},
                {0,
                 "jitter",
                 "MS",
                 "random variation of the delay, up and down",
                 {options.jitter, 0, most_milliseconds}},
                {0,
                 "duplicate",
                 "PERCENT",
                 "percentage of answers to send twice",
                 {impairment.duplicate, 0, 100}},
                {0,
                 "reorder",
                 "PERCENT",
                 "percentage of answers to send after the next one",
                 {impairment.reorder, 0, 100}},
                {0,
                 "corrupt",
                 "PERCENT",
                 "percentage of answers to damage",
                 {impairment.corrupt, 0, 100}},
                {0, "seed", "N", "repeat the random choices of an earlier run", options.seed},
                {0, "rate-limit", "N", "answers per second and host, on average; 0: no limit",
                 rules.rate_limit},
                {0, "verbatim", "", "answer byte for byte, not in capitals", rules.verbatim},
                {0, "heartbeat-timeout", "SECONDS",
                 "time without a heartbeat until a client is reported as stopped",
                 rules.heartbeat_timeout},
                {'q', "quiet", "", "print no line for each datagram", rules.quiet},
                {'v', "explain", "", "show each datagram and its parts on stderr", rules.explain},
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 usage or system error",
    };
    command_line.parse_or_exit(argc, argv);
    impairment.delay = from_milliseconds(options.delay);
    impairment.jitter = from_milliseconds(options.jitter);
    impairment.seed = options.seed.value_or(udppinger::random_seed());
    return options;
}

std::string greeting(const net::Address& local, const udppinger::Impairment& impairment)
{
    return "answering on " + local.text() + " (loss " + net::decimal(impairment.loss) + "%, seed " +
           std::to_string(impairment.seed) + ", Ctrl-C ends)\n";
}

} // namespace

int main(int argc, char* argv[])
try {
    const Options options = parse_options(argc, argv);
    net::SignalWaiter signals({SIGINT, SIGTERM, SIGUSR1});
    udppinger::EchoServer server(options.port, options.bind, options.rules);
    net::print_diagnostic(greeting(server.local(), options.rules.impairment));

    for (;;) {
        const int signal = signals.wait(server.descriptor(), server.next_event());
        if (signal == SIGINT || signal == SIGTERM) break;
        if (signal == SIGUSR1) server.print(server.counters());
        server.serve();
    }
    net::print(server.counters(), net::Deadline::in(net::final_output_timeout));
    return 0;
} catch (const std::exception& error) {
    net::complain("udpechoserver", error.what(), net::Deadline::in(net::final_output_timeout));
    return 2;
}
