#include "webserver/options.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "common/error.h"
#include "common/http/head.h"
#include "common/program/command_line.h"
#include "common/program/user_folder.h"
#include "common/text/ascii.h"
#include "common/tls/tls.h"

namespace webserver {
namespace {

std::string default_root()
{
    struct stat status {};
    return ::stat("www", &status) == 0 && S_ISDIR(status.st_mode) ? "./www" : ".";
}

/// A --header, "Name: value".
std::pair<std::string, std::string> parse_header(std::string_view text)
{
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    const bool is_clean = std::ranges::none_of(text, net::is_control);
    if (colon == std::string_view::npos || !http::is_token(name) || !is_clean)
        throw net::Error("--header '" + std::string(text) + "' is not of the form 'Name: value'");
    constexpr auto own = std::to_array<std::string_view>(
        {"Connection", "Content-Length", "Content-Range", "Content-Type", "Date", "ETag",
         "Last-Modified", "Location", "Server", "Transfer-Encoding"}); // the server sends these
    if (std::ranges::any_of(own,
                            [name](auto each) { return net::equal_ignoring_case(each, name); }))
        throw net::Error("--header '" + std::string(text) + "': the server sets this field itself");
    return {std::string(name), std::string(net::trim(text.substr(colon + 1)))};
}

/// Whether the site would serve `name`: it is below `root` and no part is a dotfile.
bool is_served(const std::filesystem::path& name, const std::filesystem::path& root)
{
    const auto below = std::filesystem::weakly_canonical(name).lexically_relative(
        std::filesystem::weakly_canonical(root));
    return !below.empty() && std::ranges::none_of(below, [](const auto& part) {
        return part.string().starts_with('.') && part != ".";
    });
}

} // namespace

Options parse_options(int argc, char* argv[])
{
    Options options{.root = default_root(),
                    .workers = std::max(1U, std::thread::hardware_concurrency()),
                    .saved = net::cache_folder("webserver/saved")};
    Timeouts& timeouts = options.timeouts;
    FetchLimits& limits = options.fetch_limits;
    const net::CommandLine command_line{
        .program = "webserver",
        .purpose = "Serves the files of a folder to browsers.",
        .operands =
            {
                {"PORT", "the TCP port to listen on; 0: any free one", options.port},
                {"ROOT", "the folder to serve", options.root},
            },
        .options =
            {
                {'b', "bind", "ADDR", "listen on this address; *: on all", options.bind},
                {'u', "user", "NAME", "switch to this user once the port is open", options.user},
                {0, "log", "FILE", "log file; none: no log", options.log},
                {'v', "verbose", "", "show the head of each request and response", options.verbose},
                {0, "explain", "", "the same, with each line explained", options.explain},
                {0, "live", "", "show requests live at /-/live, on this machine only",
                 options.live},
                {0, "header", "'NAME: VALUE'", "add this header field to every response",
                 options.headers},
                {0, "cors", "", "let scripts of any site read the responses", options.cors},
                {0, "no-cache", "", "tell browsers and proxies to store no response",
                 options.no_cache},
                {0, "no-listing", "", "do not list folders", options.no_listing},
                {0, "single-page", "", "answer missing paths with index.html", options.single_page},
                {0,
                 "max-clients",
                 "N",
                 "limit on simultaneous connections",
                 {options.max_clients, 1, 1'000'000}},
                {0,
                 "workers",
                 "N",
                 "threads for responses that do not block",
                 {options.workers, 1, 256}},
                {0, "head-timeout", "SECONDS", "time-out for a request's head", timeouts.head},
                {0, "body-timeout", "SECONDS", "time-out for a request's body", timeouts.body},
                {0, "idle-timeout", "SECONDS", "time-out for an idle connection", timeouts.idle},
                {0,
                 "fetch",
                 "CLIENTS",
                 "clients that may fetch /http://...: off, local, all",
                 {options.fetch, {"off", "local", "all"}}},
                {0, "fetch-private", "", "also fetch from private addresses", limits.allow_private},
                {0,
                 "fetch-size",
                 "MIB",
                 "largest page to fetch",
                 {limits.most_mebibytes, 1, 1'000'000}},
                {0, "fetch-time", "SECONDS", "time-out for the whole fetch", limits.time},
                {0, "saved", "DIR", "folder for fetched pages", options.saved},
                {0, "ca", "FILE", "CA certificates for https instead of the system's",
                 limits.authorities},
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
        .built_with = "TLS: " + net::tls_version(),
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

ResponseSettings response_settings(const Options& options)
{
    ResponseSettings settings{.listing = !options.no_listing, .single_page = options.single_page};
    if (options.cors) settings.fields.emplace_back("Access-Control-Allow-Origin", "*");
    if (options.no_cache) settings.fields.emplace_back("Cache-Control", "no-store");
    for (const std::string& header : options.headers)
        settings.fields.push_back(parse_header(header));
    return settings;
}

http::TranscriptStyle::Detail transcript_detail(const Options& options)
{
    using Detail = http::TranscriptStyle::Detail;
    if (options.explain) return Detail::explained;
    return options.verbose ? Detail::heads : Detail::none;
}

Fetcher fetcher_of(const Options& options)
{
    const bool has_folder = !options.saved.empty();
    if (has_folder && options.fetch != "off" && is_served(options.saved, options.root))
        throw net::Error("save pages in " + options.saved + ": the folder is inside " +
                         options.root + ", so the site would serve them");
    const std::string& authorities = options.fetch_limits.authorities;
    if (!authorities.empty()) net::check_authorities(authorities);
    const FetchPolicy fetching = options.fetch == "off" || !has_folder ? FetchPolicy::off
                                 : options.fetch == "all"              ? FetchPolicy::all
                                                                       : FetchPolicy::local;
    return {fetching, options.fetch_limits, options.saved};
}

} // namespace webserver
