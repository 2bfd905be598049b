// How long an ordinary request takes while five hundred clients have sent half of one and say no
// more; and whether each of them is dropped when its time is up.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <vector>

#include "tests/grade/peers/web.h"

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

struct Times {
    double median;
    double longest;
};

/// Connect, ask, read the answer: a hundred times.
Times measure(const grade::WebServer& server)
{
    std::vector<double> times;
    for (int i = 0; i < 100; ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (server.get("/HelloWorld.html").status != 200) throw std::runtime_error("not 200");
        times.push_back(Milliseconds(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(times);
    return {times[times.size() / 2], times.back()};
}

} // namespace

int main()
try {
    constexpr int clients = 500;
    const grade::ScratchFolder site;
    site.write("HelloWorld.html", "<p>Hello, World!");
    const grade::WebServer server(site.path(), {".", "--head-timeout=3"});

    const Times alone = measure(server);
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<grade::Client>> halves;
    for (int i = 0; i < clients; ++i) {
        halves.push_back(std::make_unique<grade::Client>(server.port()));
        halves.back()->send("GET /HelloWorld.html HTTP/1.1\r\nHost:");
    }
    const Times beside = measure(server);
    const auto dropped = std::ranges::count_if(halves, [](const auto& half) {
        return half->receive().status == 408 && half->is_closed();
    });
    const Milliseconds until_dropped = std::chrono::steady_clock::now() - start;

    std::printf(
        "a request alone:                    median %.2f ms, longest %.2f ms\n"
        "beside %d half requests:           median %.2f ms, longest %.2f ms\n"
        "half requests dropped with 408:     %td of %d, %.1f s after the first began (limit 3 s)\n",
        alone.median, alone.longest, clients, beside.median, beside.longest, dropped, clients,
        until_dropped.count() / 1000);
} catch (const std::exception& error) {
    std::fprintf(stderr, "slow_clients: %s\n", error.what());
    return 1;
}
