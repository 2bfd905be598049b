#include "udppinger/server/delayed_replies.h"

#include "catch.h"

#include "tests/unit/start_time.h"

using net::OutgoingDatagram;
using udppinger::DelayedReplies;
using namespace std::chrono_literals;

namespace {

OutgoingDatagram answer(const std::string& bytes)
{
    return {bytes, {}, {}};
}

/// The answers due by then, joined.
std::string take_due(DelayedReplies& replies, std::chrono::milliseconds time)
{
    std::string all;
    while (const auto next = replies.pop_due(start + time))
        all += next->bytes;
    return all;
}

} // namespace

TEST_CASE("Answers are sent when they are due, in the order of their times",
          "[udppinger][delayed_replies]")
{
    DelayedReplies replies(1 << 20);
    CHECK(replies.next_due().is_never());
    CHECK(replies.add(answer("c"), start + 30ms));
    CHECK(replies.add(answer("a"), start + 10ms));
    CHECK(replies.add(answer("b"), start + 20ms));
    CHECK(replies.next_due() == net::Deadline::at(start + 10ms));
    CHECK(take_due(replies, 9ms).empty());
    CHECK(take_due(replies, 20ms) == "ab");
    CHECK(take_due(replies, 1s) == "c");
    CHECK(replies.empty());
}

TEST_CASE("Answers due at the same time are sent in the order of arrival",
          "[udppinger][delayed_replies]")
{
    DelayedReplies replies(1 << 20);
    std::string expected;
    for (char c = 'a'; c <= 'z'; ++c) {
        CHECK(replies.add(answer(std::string(1, c)), start));
        expected += c;
    }
    CHECK(take_due(replies, 0ms) == expected);
}

TEST_CASE("A held answer is sent right after the next one", "[udppinger][delayed_replies]")
{
    DelayedReplies replies(1 << 20);
    CHECK(replies.hold(answer("1"), start, start + 1s));
    CHECK(take_due(replies, 500ms).empty());
    CHECK(replies.add(answer("2"), start + 600ms));
    CHECK(replies.add(answer("3"), start + 600ms));
    CHECK(take_due(replies, 600ms) == "213");
}

TEST_CASE("A held answer that none overtakes is sent at its latest time",
          "[udppinger][delayed_replies]")
{
    DelayedReplies replies(1 << 20);
    CHECK(replies.hold(answer("1"), start, start + 1s));
    CHECK(replies.next_due() == net::Deadline::at(start + 1s));
    CHECK(take_due(replies, 1s) == "1");
    CHECK(replies.add(answer("2"), start + 2s)); // no answer is held any more
    CHECK(take_due(replies, 2s) == "2");
}

TEST_CASE("A second answer to hold overtakes the first", "[udppinger][delayed_replies]")
{
    DelayedReplies replies(1 << 20);
    CHECK(replies.hold(answer("1"), start, start + 1s));
    CHECK(replies.hold(answer("2"), start + 5ms, start + 1s));
    CHECK(take_due(replies, 4ms).empty());
    CHECK(take_due(replies, 5ms) == "21");
}

TEST_CASE("A full queue accepts no answer until one was sent", "[udppinger][delayed_replies]")
{
    DelayedReplies replies(10'000);
    int kept = 0;
    while (replies.add(answer(std::string(1000, 'x')), start))
        ++kept;
    CHECK(kept == 6); // 1000 bytes and the overhead of each answer
    CHECK_FALSE(replies.hold(answer(std::string(1000, 'x')), start, start));
    CHECK(replies.pop_due(start));
    CHECK(replies.add(answer(std::string(1000, 'x')), start));
}
