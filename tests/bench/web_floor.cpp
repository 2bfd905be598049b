// The least that a web server can do: two threads that wait in an epoll set each, receive whatever
// comes and send the same 1 KiB answer, without looking at a byte. No real server can be faster in
// this manner; how near one comes is what the bench tells. Usage: web_floor PORT; ends on SIGTERM.

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/signals.h"
#include "common/tcp_listener.h"

namespace {

void serve(int epoll, const std::string& answer)
{
    const sched_param none{};
    ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &none);
    std::array<epoll_event, 64> events{};
    std::array<char, std::size_t{16} * 1024> request{};
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int client = events[static_cast<std::size_t>(i)].data.fd;
            if (::recv(client, request.data(), request.size(), MSG_DONTWAIT) <= 0)
                ::epoll_ctl(epoll, EPOLL_CTL_DEL, client, nullptr);
            else
                ::send(client, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    }
}

} // namespace

int main(int argc, char* argv[])
try {
    if (argc != 2) return 2;
    constexpr int workers = 2;
    const std::string body(1024, 'x');
    const std::string answer = // the fields of the web server's, as the client reads them, too
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: webserver\r\n"
        "Vary: Accept-Encoding\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "ETag: \"ab8063-400-6b036bc3355f2c5c\"\r\nAccept-Ranges: bytes\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Length: 1024\r\n"
        "X-Content-Type-Options: nosniff\r\n\r\n" +
        body;
    net::catch_interrupts();
    net::TcpListener listener(static_cast<std::uint16_t>(std::stoi(argv[1])), "127.0.0.1");
    std::vector<net::FileDescriptor> sets;
    for (int i = 0; i < workers; ++i) {
        sets.emplace_back(::epoll_create1(EPOLL_CLOEXEC));
        std::thread(serve, sets.back().get(), std::cref(answer)).detach();
    }
    std::list<net::TcpStream> clients;
    while (auto client = listener.accept()) {
        clients.push_back(std::move(*client));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = clients.back().descriptor();
        ::epoll_ctl(sets[clients.size() % workers].get(), EPOLL_CTL_ADD, event.data.fd, &event);
    }
    std::_Exit(0); // the workers know no end
} catch (const std::exception& error) {
    std::fprintf(stderr, "web_floor: %s\n", error.what());
    return 2;
}
