// Tasks that no client waits for, each in its own thread, limited in number.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace proxy {

class BackgroundTasks {
public:
    explicit BackgroundTasks(std::size_t most) : most_(most) {}
    /// Waits for running tasks.
    ~BackgroundTasks();
    BackgroundTasks(const BackgroundTasks&) = delete;
    BackgroundTasks& operator=(const BackgroundTasks&) = delete;

    /// Runs the task, which throws nothing, in a new thread; drops it when too many are running.
    void start(std::function<void()> task);

private:
    const std::size_t most_;
    std::mutex mutex_; // guards the members below
    std::condition_variable one_is_over_;
    std::size_t running_ = 0;
};

} // namespace proxy
