#include "webserver/live/feed.h"

#include "catch.h"

#include <memory>
#include <thread>
#include <vector>

#include "webserver/live/event.h"

using webserver::LiveFeed;
using webserver::missed_event;
using Watcher = webserver::LiveWatcher;
using namespace std::chrono_literals;

TEST_CASE("A watcher gets all events since its construction, in order", "[webserver][live]")
{
    LiveFeed feed;
    Watcher early(feed);
    feed.publish("a");
    Watcher late(feed);
    feed.publish("b");
    feed.publish("c");
    CHECK(early.next(10s) == "abc");
    CHECK(late.next(10s) == "bc");
    feed.publish("d");
    CHECK(early.next(10s) == "d");
    CHECK(late.next(10s) == "d");
    CHECK(late.next(1ms).empty());
}

TEST_CASE("The queue is bounded, and a slow watcher gets the number of missed events",
          "[webserver][live]")
{
    LiveFeed feed(3);
    Watcher slow(feed);
    Watcher quick(feed);
    std::string seen;
    for (const char c : std::string("abcdefgh")) {
        feed.publish(std::string(1, c));
        seen += quick.next(10s);
    }
    CHECK(seen == "abcdefgh");
    CHECK(slow.next(10s) == missed_event(5) + "fgh");
    feed.publish("i");
    CHECK(slow.next(10s) == "i");
}

TEST_CASE("The number of watchers is limited", "[webserver][live]")
{
    LiveFeed feed(3, 2);
    CHECK_FALSE(feed.is_watched());
    {
        const Watcher one(feed);
        CHECK(feed.is_watched());
        const Watcher two(feed);
        CHECK(two.has_place());
        CHECK_FALSE(Watcher(feed).has_place());
    }
    CHECK_FALSE(feed.is_watched());
    CHECK(Watcher(feed).has_place());
}

TEST_CASE("A watcher can skip the events published so far", "[webserver][live]")
{
    LiveFeed feed(2);
    Watcher watcher(feed);
    for (const auto* event : {"a", "b", "c"})
        feed.publish(event);
    watcher.skip();
    feed.publish("d");
    CHECK(watcher.next(10s) == "d");
}

TEST_CASE("Events that the last watcher did not read are not shown to the next",
          "[webserver][live]")
{
    LiveFeed feed;
    {
        const Watcher first(feed);
        feed.publish("old");
    }
    Watcher second(feed);
    feed.publish("new");
    CHECK(second.next(10s) == "new");
}

TEST_CASE("A connection's opening and close are published", "[webserver][live]")
{
    const net::Address client = net::Address::any_ipv4(5000);
    LiveFeed feed;
    Watcher watcher(feed);
    auto connection = feed.track_connection(client);
    auto moved = std::move(connection);
    CHECK(feed.open_count() == 1);
    CHECK(watcher.next(10s) == webserver::connect_event(client, 1));
    moved.reset();
    CHECK(feed.open_count() == 0);
    CHECK(watcher.next(10s) == webserver::close_event(client, 0));
}

TEST_CASE("Without a watcher, connections are counted but not published", "[webserver][live]")
{
    LiveFeed feed;
    const auto connection = feed.track_connection(net::Address::any_ipv4(5000));
    Watcher watcher(feed);
    CHECK(feed.open_count() == 1);
    CHECK(watcher.next(1ms).empty());
}

TEST_CASE("The end of the feed wakes waiting and pausing watchers", "[webserver][live]")
{
    LiveFeed feed;
    Watcher watcher(feed);
    Watcher other(feed);
    CHECK(watcher.pause(1ms));
    std::thread ending([&feed] { feed.end(); });
    CHECK(watcher.next(1h).empty());
    CHECK_FALSE(other.pause(1h));
    ending.join();
}

TEST_CASE("Many threads publish and watch at the same time", "[webserver][live]")
{
    constexpr int publishers = 4;
    constexpr int events = 2000; // each
    LiveFeed feed(publishers * events);
    std::vector<std::thread> threads;
    std::vector<std::size_t> counts(3, 0);
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (std::size_t i = 0; i < counts.size(); ++i)
        watchers.push_back(std::make_unique<Watcher>(feed));
    for (std::size_t i = 0; i < counts.size(); ++i)
        threads.emplace_back([&, i] {
            while (counts[i] < publishers * events)
                counts[i] += watchers[i]->next(10s).size();
        });
    for (int i = 0; i < publishers; ++i)
        threads.emplace_back([&feed] {
            for (int j = 0; j < events; ++j)
                feed.publish("x");
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(counts == std::vector<std::size_t>(3, publishers * events));
}
