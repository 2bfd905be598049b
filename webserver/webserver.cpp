// A web server: a browser asks, it answers 200 with the file or says why not.

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <thread>

#include "common/ascii.h"
#include "common/command_line.h"
#include "common/error.h"
#include "common/http/message.h"
#include "common/signals.h"
#include "common/socket.h"
#include "webserver/access_log.h"
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
};

std::string default_root()
{
    struct stat status {};
    return ::stat("www", &status) == 0 && S_ISDIR(status.st_mode) ? "./www" : ".";
}

Options parse_options(int argc, char* argv[])
{
    Options options{.root = default_root()};
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
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
    };
    command_line.parse_or_exit(argc, argv);
    return options;
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
    net::TcpListener listener(options.port, options.bind);
    become(options.user);
    webserver::Reception reception({site, log, replies, options.patience}, options.max_clients,
                                   options.workers);
    std::cerr << "open " + url(listener.local(), options.bind.empty()) + " (serving " +
                     options.root + ", Ctrl-C ends)\n";

    while (auto client = listener.accept()) // nothing: somebody asked us to stop
        reception.welcome(std::move(*client));
    return 0; // ~Reception lets answers under way finish
} catch (const std::exception& error) {
    std::cerr << std::string("webserver: ") + error.what() + "\n";
    return 2;
}
