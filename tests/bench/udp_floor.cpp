// How close the two UDP programs come to what the kernel allows: the smallest loops that can do the
// same stand here as the floor, and each figure is taken beside its floor, in turns.

#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include "common/udp_socket.h"
#include "tests/grade/peers/udp.h"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

int udp_socket()
{
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    if (socket == -1) net::fail("open a UDP socket");
    return socket;
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// The smallest echo server there is, in a process of its own.
class BareServer {
public:
    BareServer()
    {
        const int socket = udp_socket();
        const sockaddr_in any = loopback(0);
        const int size = 4 << 20; // as much room as the server has that it is compared with
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
        if (::bind(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any) == -1)
            net::fail("bind");
        port_ = net::local_address(socket).port();
        child_ = ::fork();
        if (child_ == -1) net::fail("fork");
        if (child_ == 0) serve(socket);
        ::close(socket);
    }
    ~BareServer()
    {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    BareServer(const BareServer&) = delete;
    BareServer& operator=(const BareServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    [[noreturn]] static void serve(int socket)
    {
        std::array<char, 65536> buffer{};
        for (;;) {
            sockaddr_in peer{};
            socklen_t size = sizeof peer;
            auto* address = reinterpret_cast<sockaddr*>(&peer);
            const ssize_t count =
                ::recvfrom(socket, buffer.data(), buffer.size(), 0, address, &size);
            if (count >= 0)
                ::sendto(socket, buffer.data(), static_cast<std::size_t>(count), 0, address, size);
        }
    }

    std::uint16_t port_ = 0;
    pid_t child_ = -1;
};

struct Rtt {
    double min;
    double avg;
};

/// The smallest pinger there is: send, wait in recvmsg, subtract the two stamps.
Rtt bare_pings(std::uint16_t port, int count, std::chrono::nanoseconds interval)
{
    const int socket = udp_socket();
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    const sockaddr_in peer = loopback(port);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == -1)
        net::fail("connect");

    double shortest = 1e9;
    double sum = 0;
    timespec next{};
    ::clock_gettime(CLOCK_MONOTONIC, &next);
    for (int i = 0; i < count; ++i) {
        std::array<char, 2048> text{};
        timespec sent{};
        ::clock_gettime(CLOCK_REALTIME, &sent);
        const int length = std::snprintf(text.data(), text.size(), "Ping %d %lld.%06ld", i + 1,
                                         static_cast<long long>(sent.tv_sec), sent.tv_nsec / 1000);
        ::send(socket, text.data(), static_cast<std::size_t>(length), 0);

        std::array<char, 256> control{};
        iovec content{text.data(), text.size()};
        msghdr received{};
        received.msg_iov = &content;
        received.msg_iovlen = 1;
        received.msg_control = control.data();
        received.msg_controllen = control.size();
        if (::recvmsg(socket, &received, 0) == -1) net::fail("receive");
        timespec came{};
        const cmsghdr* stamp = CMSG_FIRSTHDR(&received);
        if (stamp == nullptr) net::fail("ask for the kernel's time stamp");
        std::memcpy(&came, CMSG_DATA(stamp), sizeof came);
        const double rtt = static_cast<double>(came.tv_sec - sent.tv_sec) * 1e6 +
                           static_cast<double>(came.tv_nsec - sent.tv_nsec) / 1e3;
        shortest = std::min(shortest, rtt);
        sum += rtt;

        next.tv_nsec += interval.count();
        next.tv_sec += next.tv_nsec / 1'000'000'000;
        next.tv_nsec %= 1'000'000'000;
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
    }
    ::close(socket);
    return {shortest, sum / count};
}

/// A number out of udppinger's JSON object, where it stands behind that name for the first time.
double number_in(const std::string& json, const std::string& name)
{
    const auto place = json.find("\"" + name + "\":");
    if (place == std::string::npos) throw net::Error("no " + name + " in: " + json);
    return std::stod(json.substr(place + name.size() + 3));
}

Rtt our_pings(std::uint16_t port, int count, const char* interval)
{
    const auto outcome =
        grade::run(grade::command_of("UDPPINGER"), {"127.0.0.1", std::to_string(port), "--json",
                                                    "-c", std::to_string(count), "-i", interval});
    return {number_in(outcome.out, "min") * 1000, number_in(outcome.out, "avg") * 1000};
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void compare_rtt()
{
    const BareServer server;
    std::vector<double> min_differences;
    std::vector<double> avg_differences;
    std::printf("RTT on loopback, 2000 pings, one a millisecond, against a bare C echo server:\n");
    for (int round = 0; round < 5; ++round) {
        const Rtt floor = bare_pings(server.port(), 2000, 1ms);
        const Rtt ours = our_pings(server.port(), 2000, "0.001");
        min_differences.push_back(ours.min - floor.min);
        avg_differences.push_back(ours.avg - floor.avg);
        std::printf(
            "  smallest C loop: min %5.1f avg %5.1f us   udppinger: min %5.1f avg %5.1f us\n",
            floor.min, floor.avg, ours.min, ours.avg);
    }
    std::printf("  medians of the differences: min %+.1f us, avg %+.1f us (limit 3 us)\n",
                median(min_differences), median(avg_differences));
}

/// Keeps `window` datagrams in flight for a while; answers a second, and how many never came.
struct Throughput {
    double per_second;
    long lost;
};

Throughput flood(std::uint16_t port, int window, std::chrono::milliseconds length)
{
    const int socket = udp_socket();
    const sockaddr_in peer = loopback(port);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == -1)
        net::fail("connect");
    std::uint64_t number = 1'000'000'000; // pings differ: an echo server may refuse repeats
    std::array<char, 2048> buffer{};
    const auto start = Clock::now();
    long in_flight = 0;
    long answered = 0;
    const auto receive = [&](int flags) {
        if (::recv(socket, buffer.data(), buffer.size(), flags) == -1) return false;
        --in_flight;
        ++answered;
        return true;
    };
    while (Clock::now() - start < length) {
        for (; in_flight < window; ++in_flight) {
            const std::string text = "Ping " + std::to_string(++number) + " 1700000000";
            ::send(socket, text.data(), text.size(), 0);
        }
        pollfd waiting{socket, POLLIN, 0};
        if (::poll(&waiting, 1, 1000) != 1) break;
        while (in_flight > 0 && receive(MSG_DONTWAIT)) {
        }
    }
    const Microseconds took = Clock::now() - start;
    const long measured = answered;
    pollfd waiting{socket, POLLIN, 0};
    while (in_flight > 0 && ::poll(&waiting, 1, 500) == 1)
        receive(MSG_DONTWAIT);
    ::close(socket);
    return {static_cast<double>(measured) * 1e6 / took.count(), in_flight};
}

void compare_throughput()
{
    const BareServer bare;
    grade::EchoServer ours({"--loss=0", "--quiet"});
    std::vector<double> ratios;
    long lost = 0;
    std::printf("Answers a second, 64 datagrams in flight:\n");
    for (int round = 0; round < 7; ++round) {
        const Throughput floor = flood(bare.port(), 64, 1s);
        const Throughput server = flood(ours.port(), 64, 1s);
        ratios.push_back(server.per_second / floor.per_second);
        lost += server.lost;
        std::printf("  bare recvfrom/sendto: %7.0f   udpechoserver: %7.0f (%.0f %%), lost %ld\n",
                    floor.per_second, server.per_second, ratios.back() * 100, server.lost);
    }
    std::printf("  median of the ratios: %.0f %% (limit 90 %%), lost %ld\n", median(ratios) * 100,
                lost);
}

/// The most memory a process has had so far, in KiB.
long peak_memory(pid_t process)
{
    const std::string status = grade::content_of("/proc/" + std::to_string(process) + "/status");
    const auto place = status.find("VmHWM:");
    return place == std::string::npos ? 0 : std::stol(status.substr(place + 6));
}

void ping_fast()
{
    grade::EchoServer server({"--loss=0", "--quiet"});
    grade::Process pinger(
        grade::command_of("UDPPINGER"),
        {"127.0.0.1", std::to_string(server.port()), "--json", "-c", "200000", "-i", "0.0001"},
        "/");
    long half_way = 0;
    long peak = 0;
    const auto start = Clock::now();
    while (!pinger.wait(net::Deadline::in(50ms))) {
        peak = std::max(peak, peak_memory(pinger.id()));
        if (half_way == 0 && Clock::now() - start > 10s) half_way = peak;
    }
    const std::string json = pinger.out();
    std::printf("200000 pings at 10 kHz: %.0f received, %.0f lost, in %.2f s; memory %ld KiB after "
                "10 s, %ld KiB at the end\n",
                number_in(json, "received"), number_in(json, "lost"),
                number_in(json, "time_ms") / 1000, half_way, peak);
}

} // namespace

int main()
try {
    compare_rtt();
    compare_throughput();
    ping_fast();
} catch (const std::exception& error) {
    std::fprintf(stderr, "udp_floor: %s\n", error.what());
    return 1;
}
