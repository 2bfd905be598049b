// Progress of a transfer, reported at intervals.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace webserver {

/// "12.3 MB of 40.0 MB (30 %)"; "12.3 MB" when the total is unknown.
[[nodiscard]] std::string progress_text(std::uint64_t done, std::optional<std::uint64_t> total);

class Progress {
public:
    using Clock = std::chrono::steady_clock;

    /// update() calls `show` at most once every `interval`, the first time after one has passed.
    Progress(std::function<void(const std::string&)> show, Clock::duration interval)
        : show_(std::move(show)), interval_(interval)
    {
    }

    void update(std::uint64_t done, std::optional<std::uint64_t> total);

private:
    std::function<void(const std::string&)> show_;
    Clock::duration interval_;
    Clock::time_point next_ = Clock::now() + interval_;
};

} // namespace webserver
