// The events on their way to those who watch: one short queue that all of them read, so that nobody
// who is slow can make it longer, or make anybody wait.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "common/address.h"

namespace webserver {

class LiveFeed {
public:
    /// The last `most_events` are kept, for at most `most_watchers`.
    explicit LiveFeed(std::size_t most_events = 512, std::size_t most_watchers = 16);

    /// Whether anybody would see an event: one atomic load, so that making it can be spared.
    [[nodiscard]] bool is_watched() const { return watchers_.load(std::memory_order_relaxed) > 0; }
    /// Adds an event for all who watch; the oldest makes room. Never waits for them.
    void publish(std::string event);
    /// A request, or an answer with `size` bytes behind its head, for all who watch.
    void request(const net::Address& client, std::string_view head);
    void answer(const net::Address& client, std::string_view head, std::uint64_t size);

    /// Tells of a connection: that it was opened, now, and that it was closed, when the last owner
    /// lets go of what this returns. The feed must outlive that.
    [[nodiscard]] std::shared_ptr<void> visit(const net::Address& client);
    /// How many visits there are.
    [[nodiscard]] std::size_t open() const { return open_.load(); }

    /// The feed is over: nobody waits for events any more.
    void end();

private:
    friend class LiveWatcher;

    const std::size_t most_events_;
    const std::size_t most_watchers_;
    std::atomic<std::size_t> watchers_ = 0;
    std::atomic<std::size_t> open_ = 0;
    std::atomic<std::uint64_t> requests_ = 0; // while anybody watched
    std::mutex mutex_;                        // guards what follows
    std::condition_variable is_new_;
    std::condition_variable is_over_;
    std::deque<std::string> events_;
    std::uint64_t first_ = 0; // the number of the first event in the queue
    bool has_ended_ = false;
};

/// Somebody who watches, from here on.
class LiveWatcher {
public:
    /// Takes one of the places; has_place() is false when there was none.
    explicit LiveWatcher(LiveFeed& feed);
    ~LiveWatcher();
    LiveWatcher(const LiveWatcher&) = delete;
    LiveWatcher& operator=(const LiveWatcher&) = delete;

    [[nodiscard]] bool has_place() const { return has_place_; }
    /// Passes over what has happened so far.
    void skip();
    /// Waits for events that it has not seen: their texts, preceded by how many it has missed, if
    /// any. Empty when there were none for as long as `patience`, or when the feed is over.
    [[nodiscard]] std::string next(std::chrono::milliseconds patience);
    /// Lets that much time pass, events or not. False, at once, when the feed is over.
    [[nodiscard]] bool pause(std::chrono::milliseconds time);

private:
    LiveFeed& feed_;
    bool has_place_;
    std::uint64_t seen_ = 0; // the number of the next event
};

} // namespace webserver
