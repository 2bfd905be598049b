// A web server: a browser asks, it answers 200 with the file or says why not.

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <thread>

#include "common/ascii.h"
#include "common/command_line.h"
#include "common/error.h"
#include "common/http/message.h"
#include "common/signals.h"
#include "common/socket.h"
#include "common/tls.h"
#include "webserver/access_log.h"
#include "webserver/fetcher.h"
#include "webserver/reception.h"
#include "webserver/site.h"

namespace {

using namespace std::chrono_literals;

struct Options {
    std::uint16_t port = 6789;
    std::string root;
    std::string bind{};
    std::string user{};
    std::string log = "-";
    std::vector<std::string> headers{};
    bool cors = false;
    bool no_cache = false;
    bool no_listing = false;
    bool single_page = false;
    std::size_t max_clients = 10'000;
    std::size_t workers = std::max(1U, std::thread::hardware_concurrency());
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
    webserver::FetchLimits& limits = options.fetch_limits;
    webserver::Patience& patience = options.patience;
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
                {'u', "user", "NAME", "become this user once the port is open", options.user},
                {0, "log", "FILE", "write the access log there; none: keep none", options.log},
                {0, "header", "'NAME: VALUE'", "add this to every answer", options.headers},
                {0, "cors", "", "let scripts of any site read the answers", options.cors},
                {0, "no-cache", "", "tell browsers to ask again each time", options.no_cache},
                {0, "no-listing", "", "do not list folders", options.no_listing},
                {0, "single-page", "", "what is not there is index.html", options.single_page},
                {0, "max-clients", "N", "connections at once", {options.max_clients, 1, 1'000'000}},
                {0, "workers", "N", "threads that answer at once", {options.workers, 1, 256}},
                {0, "head-timeout", "SECONDS", "wait that long for a request", patience.head},
                {0, "body-timeout", "SECONDS", "wait that long for its body", patience.body},
                {0, "idle-timeout", "SECONDS", "keep a silent connection that long", patience.idle},
                {0,
                 "fetch",
                 "WHO",
                 "for whom to fetch /http://..., off, local or all",
                 {options.fetch, {"off", "local", "all"}}},
                {0, "fetch-private", "", "fetch from private addresses, too", limits.allow_private},
                {0,
                 "fetch-size",
                 "MIB",
                 "fetch no larger page",
                 {limits.most_mebibytes, 1, 1'000'000}},
                {0, "fetch-time", "SECONDS", "give up a page after that", limits.time},
                {0, "saved", "DIR", "the folder for fetched pages", options.saved},
                {0, "ca", "FILE", "trust these authorities for https", limits.authorities},
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

/// "Name: value" as the user gave it.
std::pair<std::string, std::string> parse_header(std::string_view text)
{
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    const bool is_clean = std::ranges::none_of(text, net::is_control);
    if (colon == std::string_view::npos || !http::is_token(name) || !is_clean)
        throw net::Error("--header '" + std::string(text) + "' is not of the form 'Name: value'");
    return {std::string(name), std::string(net::trim(text.substr(colon + 1)))};
}

webserver::ReplySettings reply_settings(const Options& options)
{
    webserver::ReplySettings settings{.listing = !options.no_listing,
                                      .single_page = options.single_page};
    if (options.cors) settings.fields.emplace_back("Access-Control-Allow-Origin", "*");
    if (options.no_cache) settings.fields.emplace_back("Cache-Control", "no-store");
    for (const std::string& header : options.headers)
        settings.fields.push_back(parse_header(header));
    return settings;
}

/// Gives root's rights up for good.
void become(const std::string& name)
{
    if (name.empty()) return;
    errno = 0;
    const passwd* user = ::getpwnam(name.c_str());
    if (user == nullptr) throw net::Error("--user " + name + ": there is no such user");
    if (::initgroups(name.c_str(), user->pw_gid) == -1 || ::setgid(user->pw_gid) == -1 ||
        ::setuid(user->pw_uid) == -1)
        net::fail("become the user " + name);
}

/// The address to open in a browser.
std::string url(const net::Address& listening, bool on_every_address)
{
    return "http://" +
           (on_every_address ? "localhost:" + std::to_string(listening.port()) : listening.text()) +
           "/";
}

} // namespace

int main(int argc, char* argv[])
try {
    const Options options = parse_options(argc, argv);
    const webserver::ReplySettings replies = reply_settings(options);
    net::catch_interrupts();
    const webserver::Site site(options.root);
    const webserver::AccessLog log(options.log);
    webserver::Fetcher fetcher = fetcher_of(options);
    net::TcpListener listener(options.port, options.bind);
    become(options.user);
    webserver::Reception reception({site, fetcher, log, replies, options.patience},
                                   options.max_clients, options.workers);
    std::cerr << "open " + url(listener.local(), options.bind.empty()) + " (serving " +
                     options.root + ", Ctrl-C ends)\n";

    while (auto client = listener.accept()) // nothing: somebody asked us to stop
        reception.welcome(std::move(*client));
    return 0; // ~Reception lets answers under way finish
} catch (const std::exception& error) {
    std::cerr << std::string("webserver: ") + error.what() + "\n";
    return 2;
}
