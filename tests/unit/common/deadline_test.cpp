#include "common/deadline.h"

#include "catch.h"

using net::Deadline;
using namespace std::chrono_literals;

TEST_CASE("The remaining time of a deadline decreases", "[common][deadline]")
{
    const Deadline deadline = Deadline::in(1h);
    CHECK_FALSE(deadline.passed());
    CHECK_FALSE(deadline.is_never());
    const auto left = deadline.remaining();
    CHECK(left <= 1h);
    CHECK(left > 59min);
    while (deadline.remaining() == left) { // the clock has not ticked
    }
    CHECK(deadline.remaining() < left);
}

TEST_CASE("The remaining time of a passed deadline is zero, not negative", "[common][deadline]")
{
    for (const auto timeout : {0ns, -1ns, -std::chrono::nanoseconds(1h)}) {
        CAPTURE(timeout.count());
        CHECK(Deadline::in(timeout).passed());
        CHECK(Deadline::in(timeout).remaining() == 0ns);
    }
}

TEST_CASE("Deadline::never() does not pass, and the largest time-out is the same",
          "[common][deadline]")
{
    CHECK(Deadline::never().is_never());
    CHECK_FALSE(Deadline::never().passed());
    CHECK(Deadline::never().remaining() == Deadline::Clock::duration::max());
    CHECK(Deadline::in(Deadline::Clock::duration::max()).is_never());
}

TEST_CASE("The earlier of two deadlines is chosen, never() last", "[common][deadline]")
{
    CHECK(Deadline::earlier(Deadline::in(1h), Deadline::in(1s)).remaining() <= 1s);
    CHECK_FALSE(Deadline::earlier(Deadline::never(), Deadline::in(1h)).is_never());
}

TEST_CASE("A deadline passes at its moment", "[common][deadline]")
{
    const auto now = std::chrono::steady_clock::now();
    CHECK(net::Deadline::at(now).passed());
    CHECK_FALSE(net::Deadline::at(now + std::chrono::hours(1)).passed());
    CHECK(net::Deadline::earlier(net::Deadline::at(now), net::Deadline::never()).passed());
    CHECK(net::Deadline::earlier(net::Deadline::never(), net::Deadline::at(now)).passed());
}

TEST_CASE("For poll a deadline is in milliseconds, rounded up", "[common][deadline]")
{
    CHECK(Deadline::never().poll_timeout() == -1);
    CHECK(Deadline::in(0ns).poll_timeout() == 0);
    CHECK(Deadline::in(1h).poll_timeout() == 3'600'000);
    CHECK(Deadline::in(std::chrono::hours(1'000'000)).poll_timeout() == 86'400'000);
}
