#include "common/ping/ping_log.h"

#include "catch.h"

#include <random>

using net::Arrival;
using net::PingLog;
using net::PingSummary;
using namespace std::chrono_literals;

namespace {

const PingLog::Time start{1000s};

PingLog::Time after(PingLog::Duration time)
{
    return start + time;
}

/// A log of pings sent every 100 ms, the first at the start.
PingLog log_of(int count, PingLog::Duration timeout = 1s)
{
    PingLog log(timeout);
    for (int i = 0; i < count; ++i)
        log.sent(after(i * 100ms));
    return log;
}

void check_sum(const PingSummary& summary)
{
    CHECK(summary.transmitted == summary.received + summary.lost + summary.in_flight);
    CHECK(summary.errors <= summary.lost);
}

} // namespace

TEST_CASE("An empty log has counts of zero", "[common][ping_log]")
{
    PingLog log(1s);
    CHECK_FALSE(log.next_deadline());
    CHECK(log.lose_next(after(1h)) == 0);
    CHECK_FALSE(log.sent_at(1));
    CHECK_FALSE(log.error(1));
    CHECK_FALSE(log.summary().rtt);
    CHECK(log.summary().loss_percent() == 0);
}

TEST_CASE("Pings are numbered from 1, and an answer is recorded for its ping", "[common][ping_log]")
{
    PingLog log(1s);
    CHECK(log.sent(start) == 1);
    CHECK(log.sent(after(100ms)) == 2);
    const auto reply = log.reply(2, after(130ms));
    CHECK(reply.arrival == Arrival::first);
    CHECK(reply.rtt == 30ms);
    CHECK_FALSE(reply.reordered);
    CHECK(log.counts().received == 1);
    CHECK(log.counts().in_flight == 1);
    CHECK(log.oldest_in_flight() == 1);
    CHECK(log.is_in_flight(1));
    CHECK_FALSE(log.is_in_flight(2));
    CHECK(log.sent_at(2) == after(100ms));
    CHECK_FALSE(log.sent_at(3));
    CHECK_FALSE(log.sent_at(0));
}

TEST_CASE("A second answer is a duplicate and changes no other figure", "[common][ping_log]")
{
    PingLog log = log_of(1);
    log.reply(1, after(10ms));
    const auto again = log.reply(1, after(500ms));
    CHECK(again.arrival == Arrival::duplicate);
    CHECK(again.rtt == 500ms);
    const auto summary = log.summary();
    CHECK(summary.received == 1);
    CHECK(summary.duplicates == 1);
    CHECK(summary.rtt->max == 10ms);
    check_sum(summary);
}

TEST_CASE("Pings are lost after the time-out, each once, the oldest first", "[common][ping_log]")
{
    PingLog log = log_of(3);
    CHECK(log.next_deadline() == after(1s));
    CHECK(log.lose_next(after(999ms)) == 0);
    CHECK(log.lose_next(after(1s)) == 1);
    CHECK(log.lose_next(after(1s)) == 0);
    CHECK(log.next_deadline() == after(1100ms));
    log.reply(2, after(1050ms));
    CHECK(log.next_deadline() == after(1200ms)); // the second needs no deadline any more
    CHECK(log.lose_next(after(5s)) == 3);
    CHECK(log.lose_next(after(5s)) == 0);
    CHECK_FALSE(log.next_deadline());
    CHECK(log.summary().lost == 2);
    CHECK(log.summary().received == 1);
}

TEST_CASE("A late answer is late, and its ping stays lost", "[common][ping_log]")
{
    PingLog log = log_of(2);
    CHECK(log.lose_next(after(1s)) == 1);
    const auto late = log.reply(1, after(1500ms));
    CHECK(late.arrival == Arrival::late);
    CHECK(late.rtt == 1500ms);
    CHECK(log.is_in_flight(2));
    CHECK(log.reply(1, after(1600ms)).arrival == Arrival::duplicate);
    const auto summary = log.summary();
    CHECK(summary.late == 1);
    CHECK(summary.lost == 1);
    CHECK(summary.received == 0);
    CHECK_FALSE(summary.rtt);
    check_sum(summary);
}

TEST_CASE("An answer after the time-out is late even if the loss was not recorded yet",
          "[common][ping_log]")
{
    PingLog log = log_of(1);
    CHECK(log.reply(1, after(1001ms)).arrival == Arrival::late);
    CHECK(log.lose_next(after(2s)) == 0); // already lost
    check_sum(log.summary());
}

TEST_CASE("An answer that arrived in time counts even if it is read later", "[common][ping_log]")
{
    PingLog log = log_of(1);
    CHECK(log.reply(1, after(1s)).arrival == Arrival::first);
}

TEST_CASE("An answer after that of a later ping is out of order", "[common][ping_log]")
{
    PingLog log = log_of(3);
    CHECK_FALSE(log.reply(2, after(200ms)).reordered);
    CHECK(log.reply(1, after(210ms)).reordered);
    CHECK_FALSE(log.reply(3, after(220ms)).reordered);
    CHECK_FALSE(log.reply(1, after(230ms)).reordered); // a duplicate is nothing else
    CHECK(log.summary().reordered == 1);
}

TEST_CASE("An error ends its ping only, and an answer replaces it", "[common][ping_log]")
{
    PingLog log = log_of(2);
    CHECK(log.error(1));
    CHECK_FALSE(log.error(1));
    CHECK_FALSE(log.error(3));
    CHECK(log.counts().errors == 1);
    CHECK(log.counts().lost == 1);
    CHECK(log.oldest_in_flight() == 2);
    CHECK(log.reply(1, after(50ms)).arrival == Arrival::first);
    CHECK(log.counts().errors == 0);
    CHECK(log.counts().lost == 0);
    CHECK(log.error(2));
    CHECK(log.reply(2, after(3s)).arrival == Arrival::late);
    CHECK(log.counts().lost == 1);
    CHECK(log.counts().errors == 0);
    check_sum(log.summary());
}

TEST_CASE("A ping in flight at the end is neither received nor lost", "[common][ping_log]")
{
    PingLog log = log_of(4);
    log.reply(1, after(1ms));
    log.lose_next(after(1100ms));
    const auto summary = log.summary();
    CHECK(summary.in_flight == 2);
    CHECK(summary.loss_percent() == 50);
    check_sum(summary);
}

TEST_CASE("At the end, a ping in flight for longer than the longest round trip is lost",
          "[common][ping_log]")
{
    PingLog dead = log_of(2, 1h);
    CHECK(dead.lose_next_at_end(start) == 0);
    CHECK(dead.lose_next_at_end(after(200ms)) == 1);
    CHECK(dead.lose_next_at_end(after(200ms)) == 2);
    CHECK(dead.lose_next_at_end(after(200ms)) == 0);
    CHECK(dead.summary().loss_percent() == 100);
    check_sum(dead.summary());

    PingLog slow = log_of(4, 1h); // the last at 300 ms
    slow.reply(1, after(150ms));
    CHECK(slow.lose_next_at_end(after(310ms)) == 2);
    CHECK(slow.lose_next_at_end(after(310ms)) == 0);
    CHECK(slow.summary().in_flight == 2);
    check_sum(slow.summary());
}

TEST_CASE("The figures match a calculation by hand", "[common][ping_log]")
{
    PingLog log(1s);
    int number = 0;
    for (const auto rtt : {10ms, 20ms, 30ms, 20ms}) {
        log.sent(after(number * 100ms));
        log.reply(static_cast<std::uint64_t>(number) + 1, after(number * 100ms) + rtt);
        ++number;
    }
    const auto rtt = log.summary().rtt;
    CHECK(rtt->min == 10ms);
    CHECK(rtt->avg == 20ms);
    CHECK(rtt->max == 30ms);
    CHECK(rtt->mdev.count() == Approx(7'071'068).margin(1)); // the root of 50
    CHECK(rtt->p50 > 19'990us);
    CHECK(rtt->p50 < 20'010us);
    CHECK(rtt->p99 == 30ms);
    // RFC 3550: 10/16, then + (10 - J)/16 twice
    CHECK(rtt->jitter.count() == Approx(1'760'254).margin(1));
}

TEST_CASE("With one answer every figure is its round-trip time", "[common][ping_log]")
{
    PingLog log = log_of(1);
    log.reply(1, after(12'345'678ns));
    const auto rtt = log.summary().rtt;
    for (const auto figure : {rtt->min, rtt->avg, rtt->max, rtt->p50, rtt->p95, rtt->p99})
        CHECK(figure == 12'345'678ns);
    CHECK(rtt->mdev == 0ns);
    CHECK(rtt->jitter == 0ns);
}

TEST_CASE("A clock that runs backwards gives no negative time", "[common][ping_log]")
{
    PingLog log = log_of(1);
    CHECK(log.reply(1, start - 1us).rtt == 0ns);
}

TEST_CASE("A wrapped sequence number refers to the latest ping with it", "[common][ping_log]")
{
    PingLog log(1s);
    CHECK(log.number_of(0) == 0);
    CHECK(log.number_of(1) == 0);
    std::uint64_t duplicates = 0;
    for (std::uint64_t i = 1; i <= 200'000; ++i) {
        const auto when = after(std::chrono::microseconds(i));
        REQUIRE(log.sent(when) == i);
        REQUIRE(log.number_of(static_cast<std::uint16_t>(i)) == i);
        if (i > 3) REQUIRE(log.number_of(static_cast<std::uint16_t>(i - 3)) == i - 3);
        duplicates += log.reply(i, when + 1us).arrival == Arrival::first ? 0 : 1;
    }
    CHECK(duplicates == 0);
    CHECK(log.summary().received == 200'000);
    CHECK(log.number_of(static_cast<std::uint16_t>(200'001)) == 200'001 - 65'536);
}

TEST_CASE("Pings in flight are kept however many are sent later", "[common][ping_log]")
{
    PingLog log(1h);
    for (int i = 0; i < 100'000; ++i)
        log.sent(start);
    CHECK(log.reply(1, after(1s)).arrival == Arrival::first);
    for (std::uint64_t i = 2; i <= 100'000; ++i)
        log.reply(i, after(1s));
    log.sent(after(2s)); // now the oldest are forgotten
    CHECK_FALSE(log.sent_at(1));
    CHECK_FALSE(log.sent_at(34'465));
    CHECK(log.sent_at(34'466)); // the last 65,536
    CHECK(log.reply(100'000, after(3s)).arrival == Arrival::duplicate);
}

TEST_CASE("Without a time-out no ping is lost", "[common][ping_log]")
{
    PingLog log(PingLog::Duration::max());
    log.sent(start);
    CHECK(log.next_deadline() == PingLog::Time::max());
    CHECK(log.lose_next(after(10h)) == 0);
}

TEST_CASE("The counts add up after any sequence of events", "[common][ping_log]")
{
    std::mt19937 random(4); // the standard fixes its numbers
    PingLog log(50ms);
    PingLog::Time now = start;
    std::uint64_t losses = 0;
    for (int i = 0; i < 20'000; ++i) {
        now += std::chrono::milliseconds(random() % 10);
        const std::uint64_t number = log.counts().transmitted - random() % 20;
        switch (random() % 4) {
        case 0: log.sent(now); break;
        case 1:
            if (log.sent_at(number)) log.reply(number, now);
            break;
        case 2: log.error(number); break;
        default:
            while (log.lose_next(now) != 0)
                ++losses;
        }
        const auto& counts = log.counts();
        REQUIRE(counts.transmitted == counts.received + counts.lost + counts.in_flight);
        REQUIRE(counts.errors <= counts.lost);
        REQUIRE(log.rtts().count() == counts.received);
    }
    CHECK(losses > 0);
    CHECK(losses <= log.counts().lost);
}

TEST_CASE("A percentage is rounded but never wrongly 0 or 100", "[common][ping_log]")
{
    struct Row {
        std::uint64_t part, whole;
        const char* text;
    };
    for (const auto& [part, whole, text] : {Row{0, 10, "0"},
                                            {0, 0, "0"},
                                            {1, 400, "0.25"},
                                            {1, 3, "33.33"},
                                            {3, 10, "30"},
                                            {1, 8, "12.5"},
                                            {10, 10, "100"},
                                            {1, 100'000, "0.001"},
                                            {1, 1'000'000, "0.0001"},
                                            {999'999, 1'000'000, "99.9999"},
                                            {99'999, 100'000, "99.999"}}) {
        CAPTURE(part, whole);
        CHECK(net::percent_text(part, whole) == text);
    }
    CHECK(net::percent_text(1, UINT64_MAX) != "0");
}
