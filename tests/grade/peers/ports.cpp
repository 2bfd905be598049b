#include "tests/grade/peers/ports.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "common/error.h"
#include "tests/grade/peers/name_server.h"

namespace grade {
namespace {

constexpr const char* listening = "0A"; // TCP_LISTEN

/// A line of a table below /proc/net.
struct Socket {
    std::uint32_t address = 0; // of IPv4, in network order
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
            const bool is_ipv4 = *version == '\0';
            const auto address =
                is_ipv4 ? std::stoul(column[1], nullptr, hexadecimal) : std::uint64_t{0};
            all.push_back({static_cast<std::uint32_t>(address),
                           static_cast<std::uint16_t>(number_after_colon(column[1])), column[3],
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
    const auto ports = open_ports(transport);
    return std::ranges::find(ports, port) != ports.end();
}

} // namespace

std::vector<std::uint16_t> open_ports(Transport transport)
{
    const std::string open = transport == Transport::tcp ? listening : "07"; // TCP_CLOSE
    std::vector<std::uint16_t> ports;
    for (const Socket& socket : sockets(transport))
        if (socket.state == open && socket.port != dns_port) ports.push_back(socket.port);
    return ports;
}

std::string address_of_listener(std::uint16_t port)
{
    constexpr const char* loopback = "127.0.0.1";
    std::string found = loopback;
    for (const Socket& socket : sockets(Transport::tcp)) {
        if (socket.port != port || socket.state != listening) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        ::inet_ntop(AF_INET, &socket.address, text.data(), text.size());
        if (socket.address == 0 || std::string_view(text.data()) == loopback) return loopback;
        found = text.data();
    }
    return found;
}

void wait_until_open(Transport transport, std::uint16_t port, Process& server)
{
    const auto deadline = net::Deadline::in(peer_patience);
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
