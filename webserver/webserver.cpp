// A web server: a browser asks, it answers 200 with the file or says why not.

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>

#include "common/command_line.h"
#include "common/connections.h"
#include "common/signals.h"
#include "common/socket.h"
#include "common/tls.h"
#include "webserver/conversation.h"
#include "webserver/fetcher.h"
#include "webserver/site.h"

namespace {

using namespace std::chrono_literals;

struct Options {
    std::uint16_t port = 6789;
    std::string root;
    std::string bind{};
    std::size_t max_clients = 1000;
    webserver::Patience patience{};
    std::string fetch = "local";
    std::string saved;
    webserver::FetchLimits fetch_limits{};
};

std::string default_root()
{
    struct stat status {};
    return ::stat("www", &status) == 0 && S_ISDIR(status.st_mode) ? "./www" : ".";
}

/// Below the user's cache folder (XDG Base Directory); nothing when he has none.
std::string default_saved()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value == nullptr ? "" : value);
    };
    const std::string below = "/webserver/saved";
    if (const auto cache = variable("XDG_CACHE_HOME"); cache.starts_with('/')) return cache + below;
    if (const auto home = variable("HOME"); home.starts_with('/')) return home + "/.cache" + below;
    return {};
}

Options parse_options(int argc, char* argv[])
{
    Options options{.root = default_root(), .saved = default_saved()};
    const net::CommandLine command_line{
        .program = "webserver",
        .purpose = "Serves the files of a folder to browsers.",
        .operands =
            {
                {"PORT", "the TCP port to listen on; 0: any that is free", options.port},
                {"ROOT", "the folder to serve", options.root},
            },
        .options =
            {
                {'b', "bind", "ADDR", "listen on this address only", options.bind},
                {0,
                 "max-clients",
                 "N",
                 "serve that many connections at once",
                 {options.max_clients, 1, 100'000}},
                {0, "head-timeout", "SECONDS", "wait that long for the whole of a request",
                 options.patience.head},
                {0, "idle-timeout", "SECONDS", "keep a silent connection that long",
                 options.patience.idle},
                {0,
                 "fetch",
                 "WHO",
                 "for whom to fetch /http://...: off, local, all",
                 {options.fetch, {"off", "local", "all"}}},
                {0, "fetch-private", "", "fetch from private addresses, too",
                 options.fetch_limits.allow_private},
                {0,
                 "fetch-size",
                 "MIB",
                 "fetch no larger page",
                 {options.fetch_limits.most_mebibytes, 1, 1'000'000}},
                {0, "fetch-time", "SECONDS", "give up a page after that",
                 options.fetch_limits.time},
                {0, "saved", "DIR", "the folder for fetched pages", options.saved},
                {0, "ca", "FILE", "trust these authorities for https, not the system's",
                 options.fetch_limits.authorities},
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
        .built_with = "TLS: " + net::tls_version(),
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

/// Whether `name` can be asked for as a file below `root`. Dotfiles cannot.
bool is_served(const std::filesystem::path& name, const std::filesystem::path& root)
{
    const auto below = std::filesystem::weakly_canonical(name).lexically_relative(
        std::filesystem::weakly_canonical(root));
    return !below.empty() && std::ranges::none_of(below, [](const auto& part) {
        return part.string().starts_with('.') && part != ".";
    });
}

/// What was saved is other people's and must not be served as the site's own.
webserver::Fetcher fetcher_of(const Options& options)
{
    using webserver::Fetching;
    const bool has_folder = !options.saved.empty();
    if (has_folder && options.fetch != "off" && is_served(options.saved, options.root))
        throw net::Error("save pages in " + options.saved + ": that is inside " + options.root +
                         ", where they would be served as the site's own");
    const Fetching fetching = options.fetch == "off" || !has_folder ? Fetching::off
                              : options.fetch == "all"              ? Fetching::all
                                                                    : Fetching::local;
    return {fetching, options.fetch_limits, options.saved};
}

/// The address to open in a browser.
std::string url(const net::Address& listening, bool on_every_address)
{
    return "http://" +
           (on_every_address ? "localhost:" + std::to_string(listening.port()) : listening.text()) +
           "/";
}

/// One client too many.
void turn_away(net::TcpStream& client)
try {
    client.write("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: "
                 "0\r\nConnection: close\r\n\r\n",
                 net::Deadline::in(10ms));
    client.shutdown_writing();
} catch (const net::Error&) {
    return; // it has gone already
}

} // namespace

int main(int argc, char* argv[])
try {
    const Options options = parse_options(argc, argv);
    net::catch_interrupts();
    const webserver::Site site(options.root);
    webserver::Fetcher fetcher = fetcher_of(options);
    net::TcpListener listener(options.port, options.bind);
    net::Connections connections(options.max_clients, 10s);
    std::cerr << "open " + url(listener.local(), options.bind.empty()) + " (serving " +
                     options.root + ", Ctrl-C ends)\n";

    while (auto client = listener.accept()) { // nothing: somebody asked us to stop
        const auto serve = [&](net::TcpStream& stream) {
            webserver::converse(stream, site, fetcher, options.patience);
        };
        if (!connections.start(*client, serve)) turn_away(*client);
    }
    return 0; // ~Connections lets answers under way finish
} catch (const std::exception& error) {
    std::cerr << std::string("webserver: ") + error.what() + "\n";
    return 2;
}
