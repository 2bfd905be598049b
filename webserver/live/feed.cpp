#include "webserver/live/feed.h"

#include <algorithm>
#include <new>
#include <utility>

#include "webserver/live/event.h"

namespace webserver {

LiveFeed::LiveFeed(std::size_t most_events, std::size_t most_watchers)
    : most_events_(most_events), most_watchers_(most_watchers)
{
}

void LiveFeed::publish(std::string event)
{
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
        if (events_.size() > most_events_) {
            events_.pop_front();
            ++first_;
        }
    }
    is_new_.notify_all();
}

void LiveFeed::publish_request(const net::Address& client, std::string_view head)
{
    publish(request_event(client, head, ++requests_));
}

void LiveFeed::publish_response(const net::Address& client, std::string_view head,
                                std::uint64_t size)
{
    publish(response_event(client, head, size));
}

std::shared_ptr<void> LiveFeed::track_connection(const net::Address& client)
{
    const std::size_t open_count = ++open_;
    if (is_watched()) publish(connect_event(client, open_count));
    const auto on_close = [this, client](void*) noexcept {
        const std::size_t left = --open_;
        try {
            if (is_watched()) publish(close_event(client, left));
        } catch (const std::bad_alloc&) {
            return; // the event is lost
        }
    };
    return {nullptr, on_close};
}

void LiveFeed::end()
{
    {
        const std::lock_guard lock(mutex_);
        has_ended_ = true;
    }
    is_new_.notify_all();
    is_over_.notify_all();
}

LiveWatcher::LiveWatcher(LiveFeed& feed)
    : feed_(feed), has_place_(++feed.watchers_ <= feed.most_watchers_)
{
    skip();
}

void LiveWatcher::skip()
{
    const std::lock_guard lock(feed_.mutex_);
    seen_ = feed_.first_ + feed_.events_.size();
}

LiveWatcher::~LiveWatcher()
{
    const std::lock_guard lock(feed_.mutex_);
    if (--feed_.watchers_ > 0) return;
    feed_.first_ += feed_.events_.size(); // no watcher is left to read them
    feed_.events_.clear();
}

std::string LiveWatcher::next(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(feed_.mutex_);
    const auto& events = feed_.events_;
    feed_.is_new_.wait_for(
        lock, timeout, [&] { return feed_.has_ended_ || seen_ < feed_.first_ + events.size(); });
    std::string text;
    if (seen_ < feed_.first_) text = missed_event(feed_.first_ - seen_);
    seen_ = std::max(seen_, feed_.first_);
    for (; seen_ < feed_.first_ + events.size(); ++seen_)
        text += events[seen_ - feed_.first_];
    return text;
}

bool LiveWatcher::pause(std::chrono::milliseconds time)
{
    std::unique_lock lock(feed_.mutex_);
    return !feed_.is_over_.wait_for(lock, time, [this] { return feed_.has_ended_; });
}

} // namespace webserver
