#include "udppinger/server/delayed_replies.h"

#include <catch2/catch.hpp>

using net::OutgoingDatagram;
using udppinger::DelayedReplies;
using namespace std::chrono_literals;

namespace {

const DelayedReplies::Time start{1000s};

OutgoingDatagram answer(const std::string& bytes)
{
    return {bytes, {}, {}};
}

/// All that is due by then, joined.
std::string taken(DelayedReplies& outbox, std::chrono::milliseconds time)
{
    std::string all;
    while (const auto next = outbox.take(start + time))
        all += next->bytes;
    return all;
}

} // namespace

TEST_CASE("Answers leave when they are due, in the order of their time", "[udppinger][outbox]")
{
    DelayedReplies outbox(1 << 20);
    CHECK(outbox.next_due().is_never());
    CHECK(outbox.add(answer("c"), start + 30ms));
    CHECK(outbox.add(answer("a"), start + 10ms));
    CHECK(outbox.add(answer("b"), start + 20ms));
    CHECK(outbox.next_due() == net::Deadline::at(start + 10ms));
    CHECK(taken(outbox, 9ms).empty());
    CHECK(taken(outbox, 20ms) == "ab");
    CHECK(taken(outbox, 1s) == "c");
    CHECK(outbox.empty());
}

TEST_CASE("Answers due at the same time leave in the order they came", "[udppinger][outbox]")
{
    DelayedReplies outbox(1 << 20);
    std::string expected;
    for (char c = 'a'; c <= 'z'; ++c) {
        CHECK(outbox.add(answer(std::string(1, c)), start));
        expected += c;
    }
    CHECK(taken(outbox, 0ms) == expected);
}

TEST_CASE("A held answer leaves right behind the next one", "[udppinger][outbox]")
{
    DelayedReplies outbox(1 << 20);
    CHECK(outbox.hold(answer("1"), start, start + 1s));
    CHECK(taken(outbox, 500ms).empty());
    CHECK(outbox.add(answer("2"), start + 600ms));
    CHECK(outbox.add(answer("3"), start + 600ms));
    CHECK(taken(outbox, 600ms) == "213");
}

TEST_CASE("A held answer that nobody overtakes leaves all the same", "[udppinger][outbox]")
{
    DelayedReplies outbox(1 << 20);
    CHECK(outbox.hold(answer("1"), start, start + 1s));
    CHECK(outbox.next_due() == net::Deadline::at(start + 1s));
    CHECK(taken(outbox, 1s) == "1");
    CHECK(outbox.add(answer("2"), start + 2s)); // and is not held any more
    CHECK(taken(outbox, 2s) == "2");
}

TEST_CASE("Of two to be held the second overtakes the first", "[udppinger][outbox]")
{
    DelayedReplies outbox(1 << 20);
    CHECK(outbox.hold(answer("1"), start, start + 1s));
    CHECK(outbox.hold(answer("2"), start + 5ms, start + 1s));
    CHECK(taken(outbox, 4ms).empty());
    CHECK(taken(outbox, 5ms) == "21");
}

TEST_CASE("A full outbox takes nothing more until something has left", "[udppinger][outbox]")
{
    DelayedReplies outbox(10'000);
    int kept = 0;
    while (outbox.add(answer(std::string(1000, 'x')), start))
        ++kept;
    CHECK(kept == 6); // 1000 bytes and what an answer costs besides
    CHECK_FALSE(outbox.hold(answer(std::string(1000, 'x')), start, start));
    CHECK(outbox.take(start));
    CHECK(outbox.add(answer(std::string(1000, 'x')), start));
}
