#include "tests/grade/ports.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <thread>

#include "common/error.h"

namespace grade {
namespace {

constexpr auto patience = 15s;

/// Whether a table below /proc/net has a socket with the port, in the state (a number, as there).
bool has_socket(const std::string& table, std::uint16_t port, const std::string& state)
{
    std::ifstream lines("/proc/net/" + table);
    std::string line;
    std::getline(lines, line); // the columns' names
    while (std::getline(lines, line)) {
        std::istringstream columns(line);
        std::array<std::string, 4> column; // number, local address, remote address, state
        for (std::string& text : column)
            columns >> text;
        const std::string digits = column[1].substr(column[1].rfind(':') + 1);
        constexpr int hexadecimal = 16;
        if (std::stoi(digits, nullptr, hexadecimal) == port && column[3] == state) return true;
    }
    return false;
}

/// Whether a connection to the port holds bytes that its server has not read.
bool holds_unread(std::uint16_t port)
{
    std::ifstream lines("/proc/net/tcp");
    std::string line;
    std::getline(lines, line); // the columns' names
    while (std::getline(lines, line)) {
        std::istringstream columns(line);
        std::array<std::string, 5> column; // number, local, remote, state, sent:received
        for (std::string& text : column)
            columns >> text;
        constexpr int hexadecimal = 16;
        const auto number_after = [](const std::string& text) {
            return std::stoul(text.substr(text.rfind(':') + 1), nullptr, hexadecimal);
        };
        if (number_after(column[1]) == port && column[3] == "01" && number_after(column[4]) != 0)
            return true;
    }
    return false;
}

bool is_open(Transport transport, std::uint16_t port)
{
    const std::string table = transport == Transport::tcp ? "tcp" : "udp";
    const std::string state = transport == Transport::tcp ? "0A" : "07"; // TCP_LISTEN; TCP_CLOSE
    return has_socket(table, port, state) || has_socket(table + "6", port, state);
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

void wait_until_read(std::uint16_t port)
{
    const auto deadline = net::Deadline::in(2s);
    while (holds_unread(port) && !deadline.passed())
        std::this_thread::sleep_for(1ms);
}

} // namespace grade
