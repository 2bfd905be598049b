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

using Field = std::pair<std::string, std::string>;

/// A --header, "Name: value"; `others` are those of other options.
Field parse_header(std::string_view text, const std::vector<Field>& others)
{
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    const bool is_clean = std::ranges::none_of(text, net::is_control);
    if (colon == std::string_view::npos || !http::is_token(name) || !is_clean)
        throw net::Error("--header '" + std::string(text) + "' is not of the form 'Name: value'");
    const auto same = [name](auto each) { return net::equal_ignoring_case(each, name); };
    constexpr auto own = std::to_array<std::string_view>(
        {"Accept-Ranges", "Connection", "Content-Length", "Content-Range", "Content-Type", "Date",
         "ETag", "Last-Modified", "Location", "Server", "Transfer-Encoding",
         "X-Content-Type-Options"}); // the server sends these
    if (std::ranges::any_of(own, same))
        throw net::Error("--header '" + std::string(text) + "': the server sets this field itself");
    const auto added = std::ranges::find_if(
        others, [&same](const auto& other) { return same(std::string_view(other.first)); });
    if (added != others.end())
        throw net::Error("--header '" + std::string(text) +
                         "': an option already adds this field: '" + added->first + ": " +
                         added->second + "'");
    return {std::string(name), std::string(net::trim(text.substr(colon + 1)))};
}

/// Whether it has the form TYPE/SUBTYPE, with or without parameters (RFC 9110 §8.3.1).
bool is_media_type(std::string_view text)
{
    const auto essence = net::trim(text.substr(0, text.find(';')));
    const auto slash = essence.find('/');
    return slash != std::string_view::npos && http::is_token(essence.substr(0, slash)) &&
           http::is_token(essence.substr(slash + 1)) && std::ranges::none_of(text, net::is_control);
}

/// A --type, "EXT=TYPE/SUBTYPE"; a dot before the extension is ignored.
std::pair<std::string, std::string> parse_type(std::string_view text)
{
    const auto sign = text.find('=');
    std::string_view extension = text.substr(0, sign);
    if (extension.starts_with('.')) extension.remove_prefix(1);
    const auto type = sign == std::string_view::npos ? "" : text.substr(sign + 1);
    if (extension.empty() || extension.find_first_of("./") != std::string_view::npos ||
        !is_media_type(type))
        throw net::Error("--type '" + std::string(text) + "' is not of the form EXT=TYPE/SUBTYPE");
    return {std::string(extension), std::string(type)};
}

/// PORT may be left out: a first operand that is no number but a folder is ROOT.
net::Value port_or_root(Options& options)
{
    net::Value port(options.port);
    port.set = [set_port = port.set, &options](std::string_view text) {
        const bool is_number = std::ranges::all_of(text, net::is_digit);
        std::error_code error;
        if (is_number)
            set_port(text);
        else if (std::filesystem::is_directory(text, error))
            options.root = text;
        else
            throw net::Error("is not a whole number from 0 to 65535, nor a folder");
    };
    return port;
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
                    .workers = std::max(1U, std::thread::hardware_concurrency())};
    Timeouts& timeouts = options.timeouts;
    FetchLimits& limits = options.fetch_limits;
    const net::CommandLine command_line{
        .program = "webserver",
        .purpose = "Serves the files of a folder to browsers.",
        .operands =
            {
                {"PORT", "the TCP port; 0: any free one", port_or_root(options)},
                {"ROOT", "the folder to serve", options.root},
            },
        .options =
            {
                {'b', "bind", "ADDR", "listen on this address (repeatable); *: on all",
                 options.bind},
                {'u', "user", "NAME", "switch to this user once the port is open", options.user},
                {0, "log", "FILE", "log file; none: no log", options.log},
                {0, "trust-proxy", "ADDR", "log the clients that this proxy names",
                 options.trusted_proxies},
                {'v', "verbose", "", "show the head of each request and response", options.verbose},
                {0, "explain", "", "the same, with each line explained", options.explain},
                {0, "live", "", "show requests live at /-/live, on this machine only",
                 options.live},
                {0, "header", "FIELD", "add a field, 'NAME: VALUE', to every response",
                 options.headers},
                {0, "cors", "", "let scripts of any site read the responses", options.cors},
                {0, "no-cache", "", "tell browsers and proxies to store no response",
                 options.no_cache},
                {0, "no-listing", "", "do not list folders", options.no_listing},
                {0, "single-page", "", "answer missing paths with index.html", options.single_page},
                {0, "clean-urls", "", "answer /about with about.html", options.site.clean_urls},
                {0, "index", "NAME", "page of a folder (repeatable; default index.html)",
                 options.indexes},
                {0, "show-hidden", "", "serve names that begin with a dot",
                 options.site.show_hidden},
                {0, "follow-links", "", "follow links that lead out of ROOT",
                 options.site.follow_links},
                {0, "type", "EXT=TYPE", "Content-Type of files with an extension", options.types},
                {0, "default-type", "TYPE", "Content-Type of files of no known extension",
                 options.site.types.otherwise},
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
                {0, "head-timeout", "SEC", "time-out for a request's head", timeouts.head},
                {0, "body-timeout", "SEC", "time-out for a request's body", timeouts.body},
                {0, "idle-timeout", "SEC", "time-out for an idle connection", timeouts.idle},
                {0, "send-timeout", "SEC", "time-out for each 128 KiB of a response",
                 timeouts.send},
                {0,
                 "fetch",
                 "CLIENTS",
                 "fetch /http://... for: off, local, all",
                 {options.fetch, {"off", "local", "all"}}},
                {0, "fetch-private", "", "also fetch from private addresses", limits.allow_private},
                {0,
                 "fetch-size",
                 "MIB",
                 "largest page to fetch",
                 {limits.most_mebibytes, 1, 1'000'000}},
                {0, "fetch-time", "SEC", "time-out for the whole fetch", limits.time},
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
    ResponseSettings settings{
        .listing = !options.no_listing, .single_page = options.single_page, .cors = options.cors};
    if (options.cors) {
        settings.fields.emplace_back("Access-Control-Allow-Origin", "*");
        settings.fields.emplace_back("Access-Control-Expose-Headers", "*");
    }
    if (options.no_cache) settings.fields.emplace_back("Cache-Control", "no-store");
    const std::vector<Field> of_options = settings.fields;
    for (const std::string& header : options.headers)
        settings.fields.push_back(parse_header(header, of_options));
    return settings;
}

SiteOptions site_options(const Options& options)
{
    SiteOptions site = options.site;
    site.keep_open = !options.user.empty();
    if (!options.indexes.empty()) site.indexes = options.indexes;
    for (const std::string& index : site.indexes)
        if (index.empty() || net::contains(index, '/'))
            throw net::Error("--index '" + index + "' is not the name of a file");
    for (const std::string& type : options.types)
        site.types.by_extension.push_back(parse_type(type));
    if (const std::string& type = site.types.otherwise; !type.empty() && !is_media_type(type))
        throw net::Error("--default-type '" + type + "' is not of the form TYPE/SUBTYPE");
    return site;
}

std::vector<net::AddressBlock> trusted_proxies(const Options& options)
{
    return {options.trusted_proxies.begin(), options.trusted_proxies.end()};
}

http::TranscriptStyle::Detail transcript_detail(const Options& options)
{
    using Detail = http::TranscriptStyle::Detail;
    if (options.explain) return Detail::explained;
    return options.verbose ? Detail::heads : Detail::none;
}

Fetcher fetcher_of(const Options& options)
{
    const std::string saved =
        options.saved.empty() ? net::cache_folder("webserver/saved") : options.saved;
    const bool has_folder = !saved.empty();
    if (has_folder && options.fetch != "off" && is_served(saved, options.root))
        throw net::Error("save pages in " + saved + ": the folder is inside " + options.root +
                         ", so the site would serve them");
    const std::string& authorities = options.fetch_limits.authorities;
    if (!authorities.empty()) net::check_authorities(authorities);
    const FetchPolicy fetching = options.fetch == "off" || !has_folder ? FetchPolicy::off
                                 : options.fetch == "all"              ? FetchPolicy::all
                                                                       : FetchPolicy::local;
    return {fetching, options.fetch_limits, saved};
}

} // namespace webserver
