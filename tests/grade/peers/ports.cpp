#include "tests/grade/peers/ports.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "common/error.h"

namespace grade {
namespace {

constexpr auto patience = 15s;

/// A line of a table below /proc/net.
struct Socket {
    std::uint16_t port = 0;
    std::string state; // a number, as there
    unsigned long unread = 0;
};

/// The sockets of a transport's table, whichever version of IP they are for.
std::vector<Socket> sockets(Transport transport)
{
    constexpr int hexadecimal = 16;
    const auto number_after_colon = [](const std::string& text) {
        return std::stoul(text.substr(text.rfind(':') + 1), nullptr, hexadecimal);
    };
    std::vector<Socket> all;
    for (const char* const version : {"", "6"}) {
        std::ifstream lines((transport == Transport::tcp ? "/proc/net/tcp" : "/proc/net/udp") +
                            std::string(version));
        std::string line;
        std::getline(lines, line); // the columns' names
        while (std::getline(lines, line)) {
            std::istringstream columns(line);
            std::array<std::string, 5> column; // number, local, remote, state, sent:received
            for (std::string& text : column)
                columns >> text;
            all.push_back({static_cast<std::uint16_t>(number_after_colon(column[1])), column[3],
                           number_after_colon(column[4])});
        }
    }
    return all;
}

/// Whether a connection to the TCP port, or a socket on the UDP port, holds bytes that its server
/// has not read. What a listener holds are connections.
bool holds_unread(Transport transport, std::uint16_t port)
{
    return std::ranges::any_of(sockets(transport), [&](const Socket& socket) {
        const bool may_hold = transport == Transport::udp || socket.state == "01"; // established
        return socket.port == port && may_hold && socket.unread != 0;
    });
}

bool is_open(Transport transport, std::uint16_t port)
{
    const std::string open = transport == Transport::tcp ? "0A" : "07"; // TCP_LISTEN; TCP_CLOSE
    return std::ranges::any_of(sockets(transport), [&](const Socket& socket) {
        return socket.port == port && socket.state == open;
    });
}

} // namespace

void wait_until_open(Transport transport, std::uint16_t port, Process& server)
{
    const auto deadline = net::Deadline::in(patience);
    while (!is_open(transport, port)) {
        const auto outcome = server.wait(net::Deadline::in(5ms));
        if (outcome) throw net::Error("the server ended at once: " + outcome->err + outcome->out);
        if (deadline.passed())
            throw net::Error("the server does not open its port " + std::to_string(port));
    }
}

void wait_until_read(Transport transport, std::uint16_t port)
{
    const auto deadline = net::Deadline::in(2s);
    while (holds_unread(transport, port) && !deadline.passed())
        std::this_thread::sleep_for(1ms);
}

} // namespace grade
