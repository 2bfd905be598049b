#include "proxy/options.h"

#include "common/program/command_line.h"
#include "common/program/user_folder.h"

namespace proxy {
namespace {

/// "none" (in memory) when the user has no folder for caches.
std::string default_cache_folder()
{
    const std::string folder = net::cache_folder("proxy");
    return folder.empty() ? "none" : folder;
}

} // namespace

Options parse_options(int argc, char* argv[])
{
    Options options{.cache_folder = default_cache_folder()};
    Timeouts& timeouts = options.timeouts;
    const net::CommandLine command_line{
        .program = "proxy",
        .purpose = "A caching HTTP proxy, which also opens tunnels for HTTPS.",
        .operands = {{"PORT", "the TCP port to listen on; 0: any free port", options.port}},
        .options =
            {
                {'b', "bind", "ADDR", "address to listen on; *: all addresses", options.bind},
                {0, "allow", "CIDR", "clients to serve (default: private addresses)",
                 options.allow},
                {0, "auth", "USER:FILE", "require this login; FILE holds the password",
                 options.auth},
                {0, "connect-port", "N", "also allow tunnels to this port", options.connect_ports},
                {0, "parent", "HOST:PORT", "forward every request to this proxy", options.parent},
                {0, "log", "FILE", "log file; none: no log", options.log},
                {'v', "verbose", "", "show each head and the changes to it", options.verbose},
                {0, "explain", "", "like -v, with each line explained", options.explain},
                {0,
                 "max-clients",
                 "N",
                 "maximum number of clients at a time",
                 {options.max_clients, 1, 100'000}},
                {0, "cache-dir", "DIR", "folder of the cache; none: in memory",
                 options.cache_folder},
                {0, "cache-size", "MIB", "size of the cache", {options.cache_size, 0, 1U << 30}},
                {0,
                 "max-object",
                 "MIB",
                 "largest response to store",
                 {options.most_cached, 1, 1U << 20}},
                {0, "purge", "URL", "remove URL from the cache and exit", options.purge},
                {0, "list", "", "list the cache and exit", options.list},
                {0, "idle-timeout", "SECONDS", "time-out for an idle client", timeouts.idle},
                {0, "head-timeout", "SECONDS", "time-out for a request's head", timeouts.head},
                {0, "body-timeout", "SECONDS", "time-out for the next piece of a body",
                 timeouts.body},
                {0, "connect-timeout", "SECONDS", "time-out for connecting to an origin",
                 timeouts.connect},
                {0, "answer-timeout", "SECONDS", "time-out for the origin's response",
                 timeouts.answer},
                {0, "tunnel-timeout", "SECONDS", "time-out for an idle tunnel", timeouts.tunnel},
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
