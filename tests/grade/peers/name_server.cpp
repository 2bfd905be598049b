#include "tests/grade/peers/name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace grade {
namespace {

constexpr std::size_t header_size = 12;

/// A socket at 127.0.0.1:53; invalid where the port is taken or forbidden.
net::FileDescriptor bind_to_dns_port()
{
    net::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_port = htons(dns_port);
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const address = reinterpret_cast<const sockaddr*>(&local);
    return ::bind(socket.get(), address, sizeof local) == 0 ? std::move(socket)
                                                            : net::FileDescriptor();
}

void answer_queries(int socket, const std::string& address)
{
    for (;;) {
        std::string query(512, '\0'); // RFC 1035 §4.2.1
        sockaddr_in from{};
        socklen_t size = sizeof from;
        auto* const sender = reinterpret_cast<sockaddr*>(&from);
        const ssize_t count = ::recvfrom(socket, query.data(), query.size(), 0, sender, &size);
        if (count <= 0) return; // shut down
        query.resize(static_cast<std::size_t>(count));
        const std::string answer = answer_to_query(query, address);
        ::sendto(socket, answer.data(), answer.size(), MSG_NOSIGNAL, sender, size);
    }
}

} // namespace

NameServer::NameServer(const std::string& address) : socket_(bind_to_dns_port())
{
    in_addr number{};
    if (!socket_ || ::inet_pton(AF_INET, address.c_str(), &number) != 1) return;
    std::string bytes(reinterpret_cast<const char*>(&number), sizeof number);
    thread_ = std::thread([this, bytes] { answer_queries(socket_.get(), bytes); });
}

NameServer::~NameServer()
{
    if (!thread_.joinable()) return;
    ::shutdown(socket_.get(), SHUT_RDWR); // recvfrom() returns 0
    thread_.join();
}

std::string with_slow_names(const std::string& command)
{
    return "unshare -m sh -ec 'mount -t tmpfs none /mnt; cd /mnt; "
           "printf \"nameserver 10.9.0.53\\nnameserver 127.0.0.1\\noptions timeout:1\\n\" >resolv; "
           "echo hosts: dns >nsswitch; mount --bind resolv /etc/resolv.conf; "
           "mount --bind nsswitch /etc/nsswitch.conf; exec " +
           command + "'";
}

std::string answer_to_query(const std::string& query, const std::string& address)
{
    const std::size_t name_end = query.find('\0', header_size);
    constexpr std::size_t type_and_class = 4;
    if (name_end == std::string::npos || query.size() < name_end + 1 + type_and_class) return {};
    const std::string question =
        query.substr(header_size, name_end + 1 + type_and_class - header_size);
    const bool asks_address =
        question.substr(question.size() - type_and_class, 2) == std::string("\0\1", 2); // type A
    const std::string counts = {0, 1, 0, asks_address ? '\1' : '\0', 0, 0, 0, 0};
    std::string answer = query.substr(0, 2) + "\x85\x80" + counts + question; // QR AA RD, RA
    constexpr char record[] = "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"; // the name, A, IN, 60 s, 4 bytes
    if (asks_address) answer += std::string(record, sizeof record - 1) + address;
    return answer;
}

} // namespace grade
