// What the grader learns of a program of others before it grades it: whether it starts, and which
// port it has built in. These cases print that; the grader runs one for each program (run.h).
#include "catch.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/grade/peers/command.h"
#include "tests/grade/peers/icmp_network.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/udp.h"
#include "tests/grade/peers/wire.h"

using grade::Process;
using grade::Transport;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 15s;

void tell_port(std::uint16_t port, std::uint16_t wanted)
{
    if (port != wanted) std::cout << "port " << port << '\n';
}

/// The last line that is not empty: of a traceback, the exception.
std::string last_line(const std::string& text)
{
    std::istringstream lines(text);
    std::string last;
    for (std::string line; std::getline(lines, line);)
        if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
    return last;
}

void tell_end(const grade::Outcome& ended)
{
    std::string reason = last_line(ended.err.empty() ? ended.out : ended.err);
    if (reason.empty())
        reason = "it ends with status " + std::to_string(ended.status) + " and says nothing";
    if (ended.err.find("Missing parentheses in call to 'print'") != std::string::npos)
        reason += " (this is Python 2: say python2, or convert it with 2to3)";
    std::cout << "error " << reason << '\n';
}

/// The first error of a compiler, or what make said last.
void tell_failed_build(const grade::Outcome& ended)
{
    std::istringstream lines(ended.err);
    for (std::string line; std::getline(lines, line);)
        if (line.find("error") != std::string::npos) {
            std::cout << "error " << line << '\n';
            return;
        }
    tell_end(ended);
}

/// Starts a server and tells the port that it opens, if that is not the one that it was told.
void probe_server(const char* variable, Transport transport)
{
    const auto wanted =
        transport == Transport::udp ? grade::echo_server_port() : grade::port_for(variable);
    const auto before = grade::open_ports(transport);
    Process server(grade::command_of(variable, {{"port", std::to_string(wanted)}}), {}, "/");
    const auto deadline = net::Deadline::in(patience);
    while (!deadline.passed()) {
        for (const std::uint16_t port : grade::open_ports(transport))
            if (std::ranges::find(before, port) == before.end()) return tell_port(port, wanted);
        if (const auto ended = server.wait(net::Deadline::in(5ms))) return tell_end(*ended);
    }
    std::cout << "error it opens no port within 15 seconds\n";
}

/// Starts a client and tells the port that it turns to, if that is not the one that it was told.
void probe_client(const char* variable, Transport transport, grade::Values values)
{
    if (!grade::has_wire()) return;
    const auto wanted = transport == Transport::udp ? grade::free_udp_port() : grade::free_port();
    for (auto& [name, value] : values)
        if (name == "port") value = std::to_string(wanted);
    Process client(grade::command_of(variable, values), {}, "/");
    const auto deadline = net::Deadline::in(patience);
    while (!deadline.passed()) {
        if (const auto port = grade::next_port(transport, net::Deadline::in(20ms)))
            return tell_port(*port, wanted);
        if (const auto ended = client.wait(net::Deadline::in(0ms))) {
            const auto port = grade::next_port(transport, net::Deadline::in(0ms));
            return port ? tell_port(*port, wanted) : tell_end(*ended);
        }
    }
    std::cout << "error it sends nothing within 15 seconds\n";
}

} // namespace

TEST_CASE("Probe webserver", "[.][grader][own]")
{
    probe_server("WEBSERVER", Transport::tcp);
}

TEST_CASE("Probe proxy", "[.][grader][own]")
{
    probe_server("PROXY", Transport::tcp);
}

TEST_CASE("Probe udpechoserver", "[.][grader][own]")
{
    probe_server("UDPECHOSERVER", Transport::udp);
}

TEST_CASE("Probe webclient", "[.][grader][own]")
{
    probe_client("WEBCLIENT", Transport::tcp,
                 {{"host", "127.0.0.1"}, {"port", ""}, {"path", "index.html"}});
}

TEST_CASE("Probe udppinger", "[.][grader][own]")
{
    probe_client("UDPPINGER", Transport::udp, {{"host", "127.0.0.1"}, {"port", ""}});
}

TEST_CASE("Probe mailclient", "[.][grader][own]")
{
    const grade::ScratchFolder folder;
    const auto letter = folder.write("letter.txt", "Hi Bob.\n");
    probe_client("MAILCLIENT", Transport::tcp,
                 {{"host", "127.0.0.1"},
                  {"port", ""},
                  {"from", "ada@x.example"},
                  {"to", "bob@x.example"},
                  {"subject", "Hello"},
                  {"file", letter.string()}});
}

TEST_CASE("Probe icmppinger", "[.][grader][own]")
{
    if (!grade::can_have_network()) return;
    const grade::ScriptedNetwork network([](const grade::IcmpRequest& request) {
        return std::vector<std::string>{grade::echo_reply(request)};
    });
    Process pinger(grade::command_of("ICMPPINGER", {{"host", "10.9.0.2"}}), {}, "/");
    const auto deadline = net::Deadline::in(patience);
    while (network.requests().empty()) {
        if (const auto ended = pinger.wait(net::Deadline::in(5ms))) return tell_end(*ended);
        if (!deadline.passed()) continue;
        std::cout << "error it sends no ICMP message within 15 seconds\n";
        return;
    }
}

TEST_CASE("Build", "[.][grader][own]")
{
    if (std::getenv("GRADE_BUILT") == nullptr) return; // only the grader has something to build
    const grade::ScratchFolder work;
    Process build(grade::command_of("BUILD"), {}, work.path()); // copies the files there
    const auto ended = build.wait(net::Deadline::in(50s));
    if (!ended) {
        std::cout << "error the build does not end within 50 seconds\n";
    } else if (ended->status != 0) {
        tell_failed_build(*ended);
    } else {
        std::error_code error; // of a file that is neither regular, a folder nor a link
        std::filesystem::copy(work.path(), grade::command_of("GRADE_BUILT"),
                              std::filesystem::copy_options::recursive |
                                  std::filesystem::copy_options::copy_symlinks,
                              error);
        if (error) std::cout << "error its files cannot be copied: " << error.message() << '\n';
    }
}
