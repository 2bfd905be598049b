// A mail server that stores messages and delivers none: for tests without internet or an account.

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include "common/connections.h"
#include "common/program/atomic_file.h"
#include "common/program/command_line.h"
#include "common/program/output.h"
#include "common/signals.h"
#include "common/tcp_listener.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"
#include "mailclient/sink/session.h"
#include "mailclient/sink/silent_clients.h"

namespace {

using namespace std::chrono_literals;

struct Options {
    std::uint16_t port = 2525;
    std::string bind = "127.0.0.1";
    std::string folder = "mail";
    double slow = 0;
    bool quiet = false;
    mailsink::Rules rules{};
};

Options parse_options(int argc, char* argv[])
{
    constexpr std::size_t usual_size = 52'428'800; // 50 MiB, as at large providers
    constexpr double slowest = 3600;
    Options options;
    mailsink::Rules& rules = options.rules;
    rules.most = usual_size;
    const net::CommandLine command_line{
        .program = "mailsink",
        .purpose = "A mail server for tests and demos: stores each message as a file.",
        .operands = {{"PORT", "the TCP port; 0: any free one", options.port}},
        .options =
            {
                {'b', "bind", "ADDR", "listen on this address; *: on all", options.bind},
                {'d', "folder", "DIR", "folder for the messages", options.folder},
                {0, "size", "OCTETS", "largest message to accept", rules.most},
                {0, "user", "NAME", "require a login as this user; password: $MAILSINK_PASSWORD",
                 rules.user},
                {0, "reject", "STAGE|ADDR",
                 "refuse at this stage or this recipient (5yz); may be repeated", rules.rejected},
                {0, "defer", "STAGE|ADDR", "refuse temporarily there (4yz); may be repeated",
                 rules.deferred},
                {0, "drop-at", "STAGE", "close the connection at this stage; may be repeated",
                 rules.dropped},
                {0, "slow", "SECONDS", "delay of each reply", {options.slow, 0, slowest}},
                {'q', "quiet", "", "do not print the dialogue", options.quiet},
            },
        .exit_status = "0 ended by SIGINT or SIGTERM, 2 could not start",
        .built_with = "TLS: " + net::tls_version(),
    };
    command_line.parse_or_exit(argc, argv);
    rules.slow =
        std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(options.slow));
    mailsink::check(rules);
    const char* password = std::getenv("MAILSINK_PASSWORD");
    rules.password = password == nullptr ? "" : password;
    if (!rules.user.empty() && rules.password.empty())
        throw net::Error("--user: no password is given (set $MAILSINK_PASSWORD)");
    if (!rules.user.empty() && !net::has_tls())
        throw net::Error("--user: a login requires TLS, and this program was built without OpenSSL "
                         "(apt-get install libssl-dev pkg-config, then rebuild)");
    return options;
}

/// A stream on a socket that it does not own: TLS takes ownership of its stream.
class Borrowed : public net::Stream {
public:
    Borrowed(net::TcpStream& stream, mailsink::SilentClients& silent)
        : stream_(stream), silent_(silent)
    {
    }

    std::size_t read(std::span<char> buffer, net::Deadline deadline) override
    {
        return silent_.read(stream_, buffer, deadline);
    }
    void write(std::string_view bytes, net::Deadline deadline) override
    {
        stream_.write(bytes, deadline);
    }

private:
    net::TcpStream& stream_;
    mailsink::SilentClients& silent_;
};

/// Makes a certificate for this run and saves it for clients to trust; returns the file's path.
std::string offer_tls(mailsink::Rules& rules, const mailsink::MessageStore& store)
{
    constexpr int days = 7;
    rules.identity = net::make_identity(days);
    const auto path = store.folder() / "ca.pem";
    net::AtomicFile file(path);
    file.write(rules.identity->certificate);
    file.commit();
    return path.string();
}

void reject(net::TcpStream& client)
try {
    client.write("421 4.3.2 Too many connections\r\n", net::Deadline::in(1s));
} catch (const net::Error&) {
    return; // the client has already closed
}

/// What the clients' sessions share.
struct Service {
    const Options& options;
    mailsink::MessageStore& store;
    mailsink::SilentClients silent{};
};

void serve(net::TcpStream& client, Service& service, unsigned number)
{
    const Options& options = service.options;
    const mailsink::Dialogue dialogue(number, !options.quiet);
    dialogue.write('*', "connection from " + client.peer().text());
    try {
        mailsink::Session session(std::make_unique<Borrowed>(client, service.silent), options.rules,
                                  service.store, dialogue);
        session.serve();
        client.linger();
    } catch (const std::exception& error) {
        dialogue.write('*', error.what());
    }
    dialogue.write('*', "connection closed");
}

/// Serves a new client. At the limit the client that is silent for the longest time makes room.
void admit(net::TcpStream client, net::Connections& connections, Service& service, unsigned number)
{
    const auto handle = [&service, number](net::TcpStream& stream) {
        serve(stream, service, number);
        return false;
    };
    if (connections.start(client, handle)) return;
    const auto deadline = net::Deadline::in(1s); // for the thread of the other to end
    for (bool has_room = service.silent.evict_longest(); has_room && !deadline.passed();) {
        if (connections.start(client, handle)) return;
        std::this_thread::sleep_for(1ms);
    }
    reject(client);
}

} // namespace

int main(int argc, char* argv[])
try {
    Options options = parse_options(argc, argv);
    net::catch_interrupts();
    net::TcpListener listener(options.port, options.bind);
    mailsink::MessageStore store(options.folder);
    const std::string authority = net::has_tls() ? offer_tls(options.rules, store) : "";
    constexpr std::size_t most_clients = 200;
    Service service{.options = options, .store = store};
    net::Connections connections(most_clients, 1s);
    std::cerr << "listening on " + listener.local().text() + ", messages are stored in " +
                     net::printable_line(options.folder) + "/" +
                     (authority.empty() ? ""
                                        : ", CA certificate: " + net::printable_line(authority)) +
                     " (Ctrl-C ends)\n";

    for (unsigned number = 1; auto client = listener.accept(); ++number)
        admit(std::move(*client), connections, service, number);
    return 0;
} catch (const std::exception& error) {
    net::complain("mailsink", error.what());
    return 2;
}
