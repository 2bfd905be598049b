#include "icmppinger/options.h"

#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>

#include "common/program/command_line.h"
#include "common/text/ascii.h"

namespace icmppinger {
namespace {

constexpr std::size_t most_data = 65507; // 65,535 less the headers of IPv4 and ICMP
constexpr std::size_t most_preload = 65536;

/// What needs more than to be stored.
struct Words {
    bool ipv4 = false;
    bool ipv6 = false;
    std::string query{};
    std::optional<std::string> pattern{};
    std::optional<std::string> traffic_class{};
    std::optional<std::string> source{};
    std::optional<std::chrono::microseconds> interval{};
    std::optional<std::chrono::microseconds> patience{};
    std::optional<std::chrono::microseconds> run_time{};
    std::optional<std::size_t> preload{};
};

std::vector<net::Option> table_of(Options& options, Words& words)
{
    Plan& plan = options.plan;
    Style& style = options.style;
    SocketSettings& settings = options.settings;
    return {
        {'c', "count", "COUNT", "send so many to each host; 0: until Ctrl-C", plan.count},
        {'i', "interval", "SECONDS", "send one to each host every so often; else 1",
         words.interval},
        {'W', "timeout", "SECONDS", "wait so long for an answer; else 10", words.patience},
        {'w', "deadline", "SECONDS", "end after that time in any case", words.run_time},
        {'s', "size", "BYTES", "send so many bytes of data", {options.question.size, 0, most_data}},
        {'t',
         "ttl",
         "HOPS",
         "let packets pass so many routers",
         {settings.hops, std::uint16_t{1}, std::uint16_t{255}}},
        {'Q', "tos", "TOS", "set the type of service, as in 0xb8", words.traffic_class},
        {'p', "pattern", "HEX", "fill the data with these bytes", words.pattern},
        {'M',
         "pmtudisc",
         "WORD",
         "path MTU discovery: do, want or dont",
         {settings.discovery, {"do", "want", "dont"}}},
        {'I', "interface", "NAME", "send by that interface, or from that address", words.source},
        {'f', "flood", "", "send the next as soon as an answer comes", options.flood},
        {'l',
         "preload",
         "COUNT",
         "send so many without waiting",
         {words.preload, std::size_t{1}, most_preload}},
        {'q', "quiet", "", "show only the figures at the end", style.quiet},
        {'n', "numeric", "", "show addresses only, no names", style.numeric},
        {'D', "timestamps", "", "begin each line with the time", style.times},
        {'O', "outstanding", "", "tell which ping has no answer when the next leaves",
         plan.tells_outstanding},
        {'R', "record-route", "", "ask the routers for their addresses (IPv4)",
         settings.record_route},
        {'4', "ipv4", "", "use IPv4 only", words.ipv4},
        {'6', "ipv6", "", "use IPv6 only", words.ipv6},
        {'v', "verbose", "", "show other ICMP messages, too", style.verbose},
        {0,
         "query",
         "WORD",
         "ask for something else: timestamp, mask or info",
         {words.query, {"timestamp", "mask", "info"}}},
        {0, "trace", "", "find the routers on the way", options.trace},
        {0, "max-hops", "HOPS", "follow the way so far", {options.most_hops, 1, 255}},
        {0, "probes", "COUNT", "send so many to each router", {options.probes, 1, 10}},
        {0, "mtu", "", "find the largest packet that gets through", options.mtu},
        {0, "explain", "", "draw each packet with its fields on stderr", plan.explains},
        {0, "chart", "", "draw the run in the terminal", style.chart},
        {0, "json", "", "print one JSON object at the end, nothing else", style.json},
        {0, "max-loss", "PERCENT", "exit 1 when a host loses more", {options.max_loss, 0, 100}},
    };
}

/// A host a word; # begins a comment.
void read_hosts(std::istream& input, std::vector<std::string>& hosts)
{
    std::string line;
    while (std::getline(input, line)) {
        line.resize(std::min(line.find('#'), line.size()));
        std::ranges::replace(line, '\t', ' ');
        std::ranges::replace(line, '\r', ' ');
        for (const std::string_view word : net::split(line, ' '))
            if (!word.empty()) hosts.emplace_back(word);
    }
}

/// With the hosts from standard input in the place of "-".
std::vector<std::string> all_hosts(const std::vector<std::string>& given)
{
    std::vector<std::string> hosts;
    for (const std::string& host : given)
        if (host == "-")
            read_hosts(std::cin, hosts);
        else
            hosts.push_back(host);
    if (hosts.empty()) throw net::Error("standard input names no host");
    return hosts;
}

std::uint8_t parse_traffic_class(std::string_view text)
{
    constexpr int decimal = 10;
    constexpr int hexadecimal = 16;
    constexpr unsigned most = 255;
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = is_hex ? text.substr(2) : text;
    unsigned value = 0;
    const auto [end, status] =
        std::from_chars(digits.begin(), digits.end(), value, is_hex ? hexadecimal : decimal);
    if (status != std::errc() || end != digits.end() || value > most)
        throw net::Error("--tos '" + std::string(text) +
                         "' is not a number from 0 to 255 or 0x00 to 0xff");
    return static_cast<std::uint8_t>(value);
}

Kind kind_of(std::string_view word)
{
    if (word == "timestamp") return Kind::timestamp;
    if (word == "mask") return Kind::mask;
    return word == "info" ? Kind::information : Kind::echo;
}

/// An interface where there is one of that name, else an address.
void set_source(Options& options, const std::string& name)
{
    if (name.empty()) throw net::Error("--interface needs a name");
    if (::if_nametoindex(name.c_str()) != 0) {
        options.settings.device = name;
        return;
    }
    try {
        options.settings.source = net::resolve(name, 0, SOCK_RAW).front();
    } catch (const net::LookupError&) {
        throw net::Error("--interface '" + net::escaped(name) +
                         "' is neither an interface nor an address here");
    }
    const bool is_ipv6 = options.settings.source->family() == AF_INET6;
    options.families.ipv4 = options.families.ipv4 && !is_ipv6;
    options.families.ipv6 = options.families.ipv6 && is_ipv6;
}

void set_families(Options& options, const Words& words)
{
    const bool only_ipv4 =
        words.ipv4 || options.settings.record_route || options.question.kind != Kind::echo;
    if (words.ipv4 && words.ipv6) throw net::Error("--ipv4 and --ipv6 exclude each other");
    if (only_ipv4 && words.ipv6) throw net::Error("ICMPv6 has neither --query nor --record-route");
    options.families = {.ipv4 = !words.ipv6, .ipv6 = !only_ipv4};
    if (words.source) set_source(options, *words.source);
}

void set_plan(Options& options, const Words& words)
{
    using namespace std::chrono_literals;
    Plan& plan = options.plan;
    plan.interval = words.interval.value_or(1s);
    plan.adaptive = options.flood && !words.interval;
    constexpr std::size_t flood_window = 8; // so that one call can bring several answers
    plan.preload = words.preload.value_or(plan.adaptive ? flood_window : 1);
    plan.shortens = !words.patience;
    options.style.dots = options.flood;
    constexpr auto pings_patience = 10s; // ping's; where answers come, the wait is shorter
    constexpr auto probes_patience = 2s; // one of many that nobody may answer
    const bool is_route = options.trace || options.mtu;
    options.question.patience =
        words.patience.value_or(is_route ? probes_patience : pings_patience);
    if (words.run_time) plan.end = net::Deadline::in(*words.run_time);
    options.has_end = words.run_time.has_value();
}

void check(const Options& options)
{
    if (options.trace && options.mtu) throw net::Error("--trace and --mtu exclude each other");
    const bool is_route = options.trace || options.mtu;
    if (is_route && options.question.kind != Kind::echo)
        throw net::Error("--query goes with neither --trace nor --mtu");
    if (is_route && options.hosts.size() != 1) throw net::Error("--trace and --mtu take one host");
    if (options.trace && options.style.quiet)
        throw net::Error("--trace and --quiet exclude each other: each hop is a line");
}

} // namespace

Options parse_options(int argc, char* argv[])
{
    Options options;
    Words words;
    const net::CommandLine command_line{
        .program = "icmppinger",
        .purpose = "Pings hosts with ICMP, and tells everything that the answers say.",
        .operands = {{.name = "HOST",
                      .help = "a name or an address; -: more of them from standard input",
                      .value = options.hosts,
                      .repeats = true,
                      .is_needed = true}},
        .options = table_of(options, words),
        .exit_status = "0 all hosts answered, 1 one did not or lost too much, 2 trouble here",
    };
    command_line.parse_or_exit(argc, argv);
    if (options.plan.explains) options.style.chart = false; // it would be drawn into
    options.hosts = all_hosts(options.hosts);
    options.question.kind = kind_of(words.query);
    if (words.pattern) options.question.pattern = parse_pattern(*words.pattern);
    if (words.traffic_class)
        options.settings.traffic_class = parse_traffic_class(*words.traffic_class);
    options.settings.all_types = options.style.verbose;
    options.settings.needs_raw = options.question.kind != Kind::echo;
    if (options.mtu) options.settings.discovery = "probe";
    set_families(options, words);
    set_plan(options, words);
    check(options);
    return options;
}

} // namespace icmppinger
