#include "proxy/options.h"

#include "common/program/command_line.h"
#include "common/program/user_folder.h"

namespace proxy {
namespace {

/// In memory when the user has no folder.
std::string default_cache_folder()
{
    const std::string folder = net::cache_folder("proxy");
    return folder.empty() ? "none" : folder;
}

} // namespace

Options parse_options(int argc, char* argv[])
{
    Options options{.cache_folder = default_cache_folder()};
    Patience& patience = options.patience;
    const net::CommandLine command_line{
        .program = "proxy",
        .purpose = "Forwards a browser's HTTP requests, and tunnels for HTTPS.",
        .operands = {{"PORT", "the TCP port to listen on; 0: any free one", options.port}},
        .options =
            {
                {'b', "bind", "ADDR", "listen on this address; *: on all", options.bind},
                {0, "allow", "CIDR", "serve clients from there, not private ones", options.allow},
                {0, "auth", "USER:FILE", "ask for this login; FILE has the password", options.auth},
                {0, "connect-port", "N", "let tunnels lead to it, too", options.connect_ports},
                {0, "parent", "HOST:PORT", "send everything to that proxy", options.parent},
                {0, "log", "FILE", "write the log there; none: no log", options.log},
                {'v', "verbose", "", "show each head, and what is changed in it", options.verbose},
                {0, "explain", "", "show them with what each line means", options.explain},
                {0, "max-clients", "N", "connections at once", {options.max_clients, 1, 100'000}},
                {0, "cache-dir", "DIR", "store pages there; none: in memory", options.cache_folder},
                {0, "cache-size", "MIB", "store no more", {options.cache_size, 0, 1U << 30}},
                {0,
                 "max-object",
                 "MIB",
                 "store no larger page",
                 {options.most_cached, 1, 1U << 20}},
                {0, "purge", "URL", "remove what is stored of it, and end", options.purge},
                {0, "list", "", "tell what is stored, and end", options.list},
                {0, "idle-timeout", "SECONDS", "keep a silent client", patience.idle},
                {0, "head-timeout", "SECONDS", "wait that long for a request", patience.head},
                {0, "body-timeout", "SECONDS", "wait that long for more of a body", patience.body},
                {0, "connect-timeout", "SECONDS", "try that long to connect", patience.connect},
                {0, "answer-timeout", "SECONDS", "wait that long for an answer", patience.answer},
                {0, "tunnel-timeout", "SECONDS", "keep a silent tunnel", patience.tunnel},
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

http::TranscriptStyle::Detail transcript_detail(const Options& options)
{
    using Detail = http::TranscriptStyle::Detail;
    if (options.explain) return Detail::explained;
    return options.verbose ? Detail::heads : Detail::none;
}

} // namespace proxy
