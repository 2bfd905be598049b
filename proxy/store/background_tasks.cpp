#include "proxy/store/background_tasks.h"

#include <system_error>
#include <thread>

namespace proxy {

BackgroundTasks::~BackgroundTasks()
{
    std::unique_lock lock(mutex_);
    one_is_over_.wait(lock, [this] { return running_ == 0; });
}

void BackgroundTasks::start(std::function<void()> task)
{
    const std::lock_guard lock(mutex_);
    if (running_ == most_) return;
    try {
        std::thread([this, task = std::move(task)] {
            task();
            const std::lock_guard over(mutex_);
            --running_;
            one_is_over_.notify_all();
        }).detach();
        ++running_;                      // the thread decrements it under the same lock
    } catch (const std::system_error&) { // no more threads: the task is dropped
    }
}

} // namespace proxy
