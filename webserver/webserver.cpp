// A web server: serves the files of a folder over HTTP.

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>

#include "common/address.h"
#include "common/error.h"
#include "common/program/log_rotation.h"
#include "common/program/output.h"
#include "common/signals.h"
#include "common/tcp_listener.h"
#include "common/text/printable.h"
#include "webserver/access_log.h"
#include "webserver/options.h"
#include "webserver/server.h"
#include "webserver/site/site.h"

namespace {

/// Switches to the user `name` and gives up root's rights permanently.
void switch_user(const std::string& name)
{
    if (name.empty()) return;
    const passwd* user = ::getpwnam(name.c_str());
    if (user == nullptr) throw net::Error("--user " + name + ": there is no such user");
    if (::initgroups(name.c_str(), user->pw_gid) == -1 || ::setgid(user->pw_gid) == -1 ||
        ::setuid(user->pw_uid) == -1)
        net::fail("switch to the user " + name);
}

/// Ends the process when a thread cannot be ended in time, for example one that waits for a name
/// server. A service manager or a container kills it after 10 s.
void end_in_time()
{
    constexpr unsigned longest = 9; // seconds, more than ~Server allows responses
    struct sigaction ending {};
    ending.sa_handler = [](int) { ::_exit(0); };
    ::sigaction(SIGALRM, &ending, nullptr);
    ::alarm(longest);
}

bool is_everywhere(const std::vector<std::string>& names)
{
    return names.empty() || std::ranges::any_of(names, [](const std::string& name) {
               return net::is_everywhere(name) || name == "0.0.0.0" || name == "::";
           });
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
    const webserver::Options options = webserver::parse_options(argc, argv);
    const webserver::ResponseSettings settings = webserver::response_settings(options);
    webserver::Fetcher fetcher = webserver::fetcher_of(options);
    net::catch_interrupts();
    const webserver::Site site(options.root, webserver::site_options(options));
    webserver::AccessLog log(options.log, webserver::trusted_proxies(options));
    const net::LogRotation rotation(log.lines());
    const http::Transcript transcript(webserver::transcript_detail(options),
                                      http::transcript_timeout);
    webserver::LivePage live(options.live);
    webserver::Server server({site, fetcher, live, log, transcript, settings, options.timeouts},
                             options.max_clients, options.workers);
    {
        net::TcpListener listener(options.port, options.bind);
        switch_user(options.user);
        std::cerr << "open " + url(listener.local(), is_everywhere(options.bind)) + " (serving " +
                         net::printable_line(options.root) + ", Ctrl-C ends)\n";
        while (auto client = listener.accept()) // nothing after SIGINT or SIGTERM
            server.admit(std::move(*client));
    }
    end_in_time();
    return 0; // ~Server lets responses in progress finish
} catch (const std::exception& error) {
    net::complain("webserver", error.what());
    return 2;
}
