// Work that no client waits for, each piece in a thread of its own, bounded in number.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace proxy {

class Errands {
public:
    explicit Errands(std::size_t most) : most_(most) {}
    /// Waits for those under way.
    ~Errands();
    Errands(const Errands&) = delete;
    Errands& operator=(const Errands&) = delete;

    /// Runs `errand`, which throws nothing; or not at all, when there are too many.
    void start(std::function<void()> errand);

private:
    const std::size_t most_;
    std::mutex mutex_; // guards what follows
    std::condition_variable one_is_over_;
    std::size_t running_ = 0;
};

} // namespace proxy
