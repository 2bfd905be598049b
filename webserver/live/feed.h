// One bounded queue of live events, read by all watchers: a slow watcher misses events, but neither
// lengthens the queue nor blocks a thread.
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
    /// Keeps the last `most_events` events, for at most `most_watchers` watchers.
    explicit LiveFeed(std::size_t most_events = 512, std::size_t most_watchers = 16);

    /// Whether there is a watcher: one atomic load, which can save making an event.
    [[nodiscard]] bool is_watched() const { return watchers_.load(std::memory_order_relaxed) > 0; }
    /// Adds an event for all watchers; a full queue drops the oldest. Never waits for a watcher.
    void publish(std::string event);
    /// Publishes a request, or a response with `size` bytes after its head.
    void publish_request(const net::Address& client, std::string_view head);
    void publish_response(const net::Address& client, std::string_view head, std::uint64_t size);

    /// Publishes a connection's opening now, and its close when the last owner releases the
    /// returned pointer. The feed must outlive that pointer.
    [[nodiscard]] std::shared_ptr<void> track_connection(const net::Address& client);
    /// The number of open connections.
    [[nodiscard]] std::size_t open_count() const { return open_.load(); }

    /// Ends the feed: watchers stop waiting.
    void end();

private:
    friend class LiveWatcher;

    const std::size_t most_events_;
    const std::size_t most_watchers_;
    std::atomic<std::size_t> watchers_ = 0;
    std::atomic<std::size_t> open_ = 0;
    std::atomic<std::uint64_t> requests_ = 0; // counted while there is a watcher
    std::mutex mutex_;                        // guards the members below
    std::condition_variable is_new_;
    std::condition_variable is_over_;
    std::deque<std::string> events_;
    std::uint64_t first_ = 0; // the number of the first event in the queue
    bool has_ended_ = false;
};

/// A reader of the feed, from its construction on.
class LiveWatcher {
public:
    /// Takes one of the feed's `most_watchers` places; has_place() is false when none is free.
    explicit LiveWatcher(LiveFeed& feed);
    ~LiveWatcher();
    LiveWatcher(const LiveWatcher&) = delete;
    LiveWatcher& operator=(const LiveWatcher&) = delete;

    [[nodiscard]] bool has_place() const { return has_place_; }
    /// Skips the events published so far.
    void skip();
    /// Waits for unseen events. Returns their texts, preceded by a missed_event() if the queue
    /// dropped any. Empty when none comes within `timeout`, or when the feed has ended.
    [[nodiscard]] std::string next(std::chrono::milliseconds timeout);
    /// Waits for `time`, regardless of events. False, at once, when the feed has ended.
    [[nodiscard]] bool pause(std::chrono::milliseconds time);

private:
    LiveFeed& feed_;
    bool has_place_;
    std::uint64_t seen_ = 0; // the number of the next event
};

} // namespace webserver
