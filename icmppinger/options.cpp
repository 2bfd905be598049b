#include "icmppinger/options.h"

#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>

#include "common/program/command_line.h"
#include "common/text/ascii.h"
#include "common/text/number.h"

namespace icmppinger {
namespace {

constexpr std::size_t most_data = 65507; // 65,535 less the headers of IPv4 and ICMP
constexpr std::size_t most_preload = 65536;

/// Option values that need further processing.
struct RawOptions {
    bool ipv4 = false;
    bool ipv6 = false;
    std::string query{};
    std::optional<std::string> pattern{};
    std::optional<std::string> traffic_class{};
    std::optional<std::string> source{};
    std::optional<std::chrono::microseconds> interval{};
    std::optional<std::chrono::microseconds> timeout{};
    std::optional<std::chrono::microseconds> run_time{};
    std::optional<std::size_t> preload{};
};

std::vector<net::Option> table_of(Options& options, RawOptions& raw)
{
    Plan& plan = options.plan;
    Style& style = options.style;
    SocketSettings& settings = options.settings;
    return {
        {'c', "count", "COUNT", "pings for each host, or with -w answers", plan.count},
        {'i', "interval", "SECONDS", "time between two pings to a host (default 1)", raw.interval},
        {'W', "timeout", "SECONDS", "time to wait for each answer (default 10)", raw.timeout},
        {'w', "deadline", "SECONDS", "end the run after this time", raw.run_time},
        {'s', "size", "BYTES", "bytes of data in each ping", {options.request.size, 0, most_data}},
        {'t',
         "ttl",
         "HOPS",
         "time to live of the packets, in hops",
         {settings.hops, std::uint16_t{1}, std::uint16_t{255}}},
        {'Q', "tos", "TOS", "type of service of the packets, such as 0xb8", raw.traffic_class},
        {'p', "pattern", "HEX", "bytes to fill the data with", raw.pattern},
        {'M',
         "pmtudisc",
         "WORD",
         "path MTU discovery: do, want or dont",
         {settings.discovery, {"do", "want", "dont"}}},
        {'I', "interface", "NAME", "interface or address to send from", raw.source},
        {'f', "flood", "", "send the next ping as soon as an answer comes", options.flood},
        {'l',
         "preload",
         "COUNT",
         "number of pings to send without waiting",
         {raw.preload, std::size_t{1}, most_preload}},
        {'A', "adaptive", "", "send the next ping when the last is answered", plan.adaptive},
        {'b', "broadcast", "", "allow pings to a broadcast address", settings.broadcast},
        {'U', "user-latency", "", "", settings.user_latency},
        {'q', "quiet", "", "print only the first line and the summary", style.quiet},
        {'n', "numeric", "", "print addresses, look up no names", style.numeric},
        {'D', "timestamps", "", "begin each line with a timestamp", style.times},
        {'O', "outstanding", "", "report a ping that is unanswered when the next is sent",
         plan.reports_outstanding},
        {'R', "record-route", "", "record the route in the packets (IPv4)", settings.record_route},
        {'4', "ipv4", "", "use IPv4 only", raw.ipv4},
        {'6', "ipv6", "", "use IPv6 only", raw.ipv6},
        {'v', "verbose", "", "also show other ICMP messages", style.verbose},
        {0,
         "query",
         "WORD",
         "send another request: timestamp, mask or info",
         {raw.query, {"timestamp", "mask", "info"}}},
        {0, "trace", "", "show the routers on the path, like traceroute", options.trace},
        {0, "max-hops", "HOPS", "maximum number of hops to trace", {options.most_hops, 1, 255}},
        {0, "probes", "COUNT", "number of probes for each hop", {options.probes, 1, 10}},
        {0, "mtu", "", "find the path MTU", options.mtu},
        {0, "explain", "", "draw each packet with its fields on stderr", plan.explains},
        {0, "chart", "", "draw a chart of the run", style.chart},
        {0, "json", "", "print only one JSON object, at the end", style.json},
        {0,
         "max-loss",
         "PERCENT",
         "exit with 1 when the loss of a host is higher",
         {options.max_loss, 0, 100}},
    };
}

/// One host per word; # begins a comment. Some editors begin a file with a byte order mark.
void read_hosts(std::istream& input, std::vector<std::string>& hosts)
{
    constexpr std::string_view mark = "\xef\xbb\xbf"; // U+FEFF in UTF-8
    std::string line;
    for (bool is_first = true; std::getline(input, line); is_first = false) {
        if (is_first && line.starts_with(mark)) line.erase(0, mark.size());
        line.resize(std::min(line.find('#'), line.size()));
        std::ranges::replace(line, '\t', ' ');
        std::ranges::replace(line, '\r', ' ');
        for (const std::string_view word : net::split(line, ' '))
            if (!word.empty()) hosts.emplace_back(word);
    }
}

/// The given hosts, with "-" replaced by those from standard input.
std::vector<std::string> all_hosts(const std::vector<std::string>& given)
{
    std::vector<std::string> hosts;
    for (const std::string& host : given)
        if (host == "-")
            read_hosts(std::cin, hosts);
        else
            hosts.push_back(host);
    if (hosts.empty()) throw net::Error("no host on standard input");
    return hosts;
}

std::uint8_t parse_traffic_class(std::string_view text)
{
    constexpr int decimal = 10;
    constexpr int hexadecimal = 16;
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = is_hex ? text.substr(2) : text;
    const auto value = net::parse_number<std::uint8_t>(digits, is_hex ? hexadecimal : decimal);
    if (!value)
        throw net::Error("--tos '" + std::string(text) +
                         "' is not a number from 0 to 255 or 0x00 to 0xff");
    return *value;
}

RequestKind kind_of(std::string_view word)
{
    if (word == "timestamp") return RequestKind::timestamp;
    if (word == "mask") return RequestKind::mask;
    return word == "info" ? RequestKind::information : RequestKind::echo;
}

/// Sends by the interface of that name if there is one, else from that address.
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
                         "' is neither an interface nor an address of this host");
    }
    const bool is_ipv6 = options.settings.source->family() == AF_INET6;
    options.families.ipv4 = options.families.ipv4 && !is_ipv6;
    options.families.ipv6 = options.families.ipv6 && is_ipv6;
}

void set_families(Options& options, const RawOptions& raw)
{
    const bool only_ipv4 =
        raw.ipv4 || options.settings.record_route || options.request.kind != RequestKind::echo;
    if (raw.ipv4 && raw.ipv6) throw net::Error("--ipv4 and --ipv6 exclude each other");
    if (only_ipv4 && raw.ipv6) throw net::Error("--query and --record-route need IPv4");
    options.families = {.ipv4 = !raw.ipv6, .ipv6 = !only_ipv4};
    if (raw.source) set_source(options, *raw.source);
}

void set_plan(Options& options, const RawOptions& raw)
{
    using namespace std::chrono_literals;
    Plan& plan = options.plan;
    plan.interval = raw.interval.value_or(1s);
    const bool floods = options.flood && !raw.interval;
    if (plan.adaptive && !floods) plan.longest_gap = plan.interval;
    plan.adaptive = plan.adaptive || floods;
    constexpr std::size_t flood_window = 8; // one receive call may return several answers
    plan.preload = raw.preload.value_or(floods ? flood_window : 1);
    plan.shortens_wait = !raw.timeout;
    options.style.dots = options.flood;
    constexpr auto ping_timeout = 10s; // as in ping; shorter once there are answers
    constexpr auto probe_timeout = 2s; // many probes get no answer
    const bool is_route = options.trace || options.mtu;
    options.request.timeout = raw.timeout.value_or(is_route ? probe_timeout : ping_timeout);
    options.run_time = raw.run_time;
    plan.counts_answers = raw.run_time && plan.count != 0;
    if (plan.counts_answers) plan.preload = std::min(plan.preload, plan.count);
}

void check(const Options& options)
{
    if (options.trace && options.mtu) throw net::Error("--trace and --mtu exclude each other");
    const bool is_route = options.trace || options.mtu;
    if (is_route && options.request.kind != RequestKind::echo)
        throw net::Error("--query cannot be combined with --trace or --mtu");
    if (is_route && options.hosts.size() != 1) throw net::Error("--trace and --mtu take one host");
    if (options.trace && options.style.quiet)
        throw net::Error("--trace and --quiet exclude each other");
}

} // namespace

Options parse_options(int argc, char* argv[])
{
    Options options;
    RawOptions raw;
    const net::CommandLine command_line{
        .program = "icmppinger",
        .purpose = "Pings hosts with ICMP and explains every answer.",
        .operands = {{.name = "HOST",
                      .help = "name or address; -: read more from standard input",
                      .value = options.hosts,
                      .repeats = true,
                      .is_needed = true}},
        .options = table_of(options, raw),
        .exit_status = "0 all hosts answered, 1 a host did not or lost too much, 2 error",
    };
    command_line.parse_or_exit(argc, argv);
    if (options.plan.explains)
        options.style.chart = false; // the packet diagrams would break the chart
    options.hosts = all_hosts(options.hosts);
    options.request.kind = kind_of(raw.query);
    if (raw.pattern) options.request.pattern = parse_pattern(*raw.pattern);
    if (raw.traffic_class) options.settings.traffic_class = parse_traffic_class(*raw.traffic_class);
    options.settings.all_types = options.style.verbose;
    options.settings.needs_raw = options.request.kind != RequestKind::echo;
    if (options.mtu) options.settings.discovery = "probe";
    set_families(options, raw);
    set_plan(options, raw);
    check(options);
    return options;
}

} // namespace icmppinger
