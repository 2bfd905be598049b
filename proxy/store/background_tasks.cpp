#include "proxy/store/background_tasks.h"

#include <system_error>
#include <thread>

namespace proxy {

Errands::~Errands()
{
    std::unique_lock lock(mutex_);
    one_is_over_.wait(lock, [this] { return running_ == 0; });
}

void Errands::start(std::function<void()> errand)
{
    const std::lock_guard lock(mutex_);
    if (running_ == most_) return;
    try {
        std::thread([this, errand = std::move(errand)] {
            errand();
            const std::lock_guard over(mutex_);
            --running_;
            one_is_over_.notify_all();
        }).detach();
        ++running_;                      // it is not over before the lock is
    } catch (const std::system_error&) { // no more threads: nobody waits for it
    }
}

} // namespace proxy
