#include "tests/grade/peers/udp.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>

#include "tests/grade/peers/command.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

bool is_readable(int descriptor, std::chrono::milliseconds time)
{
    pollfd waiting{descriptor, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(time.count())) == 1;
}

} // namespace

UdpPeer::UdpPeer(const std::string& address, std::uint16_t port)
    : socket_(net::UdpSocket::bind(port, address))
{
}

std::optional<std::string> UdpPeer::receive(std::chrono::milliseconds patience)
{
    const auto deadline = net::Deadline::in(patience);
    for (;;) {
        for (const net::Datagram& datagram : socket_.receive())
            early_.push_back({std::string(datagram.bytes), datagram.to, datagram.from});
        if (!early_.empty()) break;
        if (deadline.passed()) return std::nullopt;
        is_readable(socket_.descriptor(),
                    std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining()));
    }
    last_ = std::move(early_.front());
    early_.pop_front();
    note_received(last_.bytes);
    return last_.bytes;
}

void UdpPeer::answer(std::string_view bytes)
{
    send(bytes, last_.from, last_.to);
}

void UdpPeer::send(std::string_view bytes, const net::Address& to)
{
    send(bytes, to, socket_.local());
}

void UdpPeer::send(std::string_view bytes, const net::Address& to, const net::Address& from)
{
    note_sent(bytes);
    const net::OutgoingDatagram datagram{std::string(bytes), to, from};
    socket_.send_each({&datagram, 1}, [](const auto&, const net::Error& error) { throw error; });
}

ScriptedServer::ScriptedServer(Script script, const std::string& address, std::uint16_t port)
    : peer_(address, port), port_(peer_.port()), stop_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this, script = std::move(script)] {
          while (!is_readable(stop_.get(), 0ms))
              if (const auto datagram = peer_.receive(5ms)) script(peer_, *datagram);
      })
{
}

ScriptedServer::~ScriptedServer()
{
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
}

EchoServer::EchoServer(const std::vector<std::string>& arguments, std::uint16_t port)
    : port_(port),
      process_(command_of("UDPECHOSERVER", {{"port", std::to_string(port_)}}), arguments, "/")
{
    wait_until_open(Transport::udp, port_, process_);
}

net::Address EchoServer::address(const std::string& host) const
{
    return net::resolve(host, port_, SOCK_DGRAM).front();
}

std::uint16_t free_udp_port()
{
    return UdpPeer().port();
}

std::uint16_t echo_server_port()
{
    const std::uint16_t port = built_in_port("UDPECHOSERVER");
    return port != 0 ? port : free_udp_port();
}

} // namespace grade
