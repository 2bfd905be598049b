// A web server: a browser asks, it answers 200 with the file or says why not.

#include <sys/stat.h>

#include <exception>
#include <iostream>

#include "common/command_line.h"
#include "common/connections.h"
#include "common/signals.h"
#include "common/socket.h"
#include "webserver/conversation.h"
#include "webserver/site.h"

namespace {

using namespace std::chrono_literals;

struct Options {
    std::uint16_t port = 6789;
    std::string root;
    std::string bind{};
    std::size_t max_clients = 1000;
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
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
    };
    command_line.parse_or_exit(argc, argv);
    return options;
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
    net::TcpListener listener(options.port, options.bind);
    net::Connections connections(options.max_clients, 10s);
    std::cerr << "open " + url(listener.local(), options.bind.empty()) + " (serving " +
                     options.root + ", Ctrl-C ends)\n";

    while (auto client = listener.accept()) { // nothing: somebody asked us to stop
        const auto serve = [&](net::TcpStream& stream) {
            webserver::converse(stream, site, options.patience);
        };
        if (!connections.start(*client, serve)) turn_away(*client);
    }
    return 0; // ~Connections lets answers under way finish
} catch (const std::exception& error) {
    std::cerr << std::string("webserver: ") + error.what() + "\n";
    return 2;
}
