// Counters of the proxy's requests and clients.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace proxy {

/// One request, for the status page.
struct Event {
    std::uint64_t number = 0;
    std::string client{};
    std::string method{};
    std::string target{}; // its beginning
    int status = 0;
    std::uint64_t sent = 0;
    std::chrono::milliseconds took{};
    std::string verdict{};
};

/// Increments a counter for its own lifetime.
class ScopedCount {
public:
    explicit ScopedCount(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
    ScopedCount(const ScopedCount&) = delete;
    ScopedCount& operator=(const ScopedCount&) = delete;
    ~ScopedCount() { --count_; }

private:
    std::atomic<std::size_t>& count_;
};

class Statistics {
public:
    struct Count {
        std::uint64_t requests = 0;
        std::uint64_t bytes = 0;
    };
    struct Totals {
        std::uint64_t requests = 0;
        std::uint64_t bytes = 0;                 // of bodies, to clients
        std::map<std::string, Count> verdicts{}; // "hit", "miss", "tunnel", ...
        std::map<int, std::uint64_t> statuses{}; // by their first digit
        std::vector<Event> latest{};             // the newest first
    };

    void note(Event event);
    [[nodiscard]] Totals totals() const;

    std::atomic<std::size_t> clients = 0; // connected now
    std::atomic<std::size_t> tunnels = 0; // open now
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

private:
    mutable std::mutex mutex_; // guards what follows
    Totals totals_;            // without the latest
    std::deque<Event> latest_;
};

/// "12 requests, 34 kB to clients: 3 hit, 9 miss", printed at exit.
[[nodiscard]] std::string summary(const Statistics::Totals& totals);

} // namespace proxy
