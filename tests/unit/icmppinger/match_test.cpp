#include "icmppinger/match.h"

#include "catch.h"

#include "tests/unit/icmp_bytes.h"
#include "tests/unit/start_time.h"

using icmppinger::Match;
using icmppinger::PingRequest;
using icmppinger::Received;
using icmppinger::ReplyKind;
using icmppinger::RequestKind;
using icmppinger::Target;
using icmppinger::Targets;
using icmppinger::Version;
using icmppinger::write_message;
using namespace std::chrono_literals;

namespace {

using Buffer = std::vector<std::byte>;

constexpr std::uint16_t identifier = 0x1234;

net::Address address(const char* host)
{
    return net::resolve(host, 0, SOCK_RAW).front();
}

/// One host with this number of pings in flight.
Targets one_host(std::uint64_t pings, const PingRequest& query = {.timeout = 1h})
{
    Target target("host", address("192.0.2.1"), query);
    for (std::uint64_t i = 0; i < pings; ++i)
        target.log.sent(start);
    Targets targets;
    targets.add(std::move(target));
    return targets;
}

/// The right answer to a ping.
Buffer reply(Targets& targets, std::uint64_t number, std::uint8_t type = 0)
{
    Buffer buffer;
    write_message(
        buffer, Version::v4,
        {.type = type, .identifier = identifier, .sequence = static_cast<std::uint16_t>(number)},
        targets[0].body_of(number, start));
    return buffer;
}

Match match_reply(const Buffer& bytes, Targets& targets, const char* from = "192.0.2.1")
{
    const Received received{.bytes = bytes, .from = address(from)};
    return icmppinger::match_reply(received, Version::v4, {RequestKind::echo, identifier}, targets);
}

} // namespace

TEST_CASE("A right answer matches the ping with its sequence number", "[icmppinger][match]")
{
    Targets targets = one_host(3);
    const Match match = match_reply(reply(targets, 2), targets);
    CHECK(match.kind == ReplyKind::answer);
    CHECK(match.number == 2);
    CHECK(match.target == &targets[0]);
}

TEST_CASE("An answer with a flipped bit does not match", "[icmppinger][match]")
{
    Targets targets = one_host(3);
    const Buffer right = reply(targets, 2);
    for (std::size_t place = 0; place < right.size(); ++place)
        for (int bit = 0; bit < 8; ++bit) {
            Buffer wrong = right;
            wrong[place] ^= static_cast<std::byte>(1 << bit);
            CHECK(match_reply(wrong, targets).kind != ReplyKind::answer);
        }
}

TEST_CASE("An answer of another length does not match", "[icmppinger][match]")
{
    Targets targets = one_host(1);
    const Buffer right = reply(targets, 1);
    for (std::size_t size = 0; size < right.size(); ++size)
        CHECK(
            match_reply({right.begin(), right.begin() + static_cast<std::ptrdiff_t>(size)}, targets)
                .kind == ReplyKind::corrupt);
}

TEST_CASE("After sequence numbers wrap, an old answer does not match a new ping",
          "[icmppinger][match]")
{
    Targets targets = one_host(65536 + 5);
    CHECK(match_reply(reply(targets, 65536 + 3), targets).number == 65536 + 3);
    const Match old = match_reply(reply(targets, 3), targets); // the same sequence number
    CHECK(old.kind == ReplyKind::answer);
    CHECK(old.number == 3);
}

TEST_CASE("For a host that is named twice, each answer matches its own run", "[icmppinger][match]")
{
    Targets targets = one_host(1);
    Target second("again", address("192.0.2.1"), {.timeout = 1h});
    second.log.sent(start);
    targets.add(std::move(second));
    Buffer buffer;
    for (std::size_t i = 0; i < 2; ++i) {
        write_message(buffer, Version::v4, {.type = 0, .identifier = identifier, .sequence = 1},
                      targets[i].body_of(1, start));
        CHECK(match_reply(buffer, targets).target == &targets[i]);
    }
}

TEST_CASE("For a host that is named twice, answers without data are shared out",
          "[icmppinger][match]")
{
    const PingRequest query{.size = 0, .timeout = 1h};
    Targets targets = one_host(1, query);
    Target second("again", address("192.0.2.1"), query);
    second.log.sent(start);
    targets.add(std::move(second));
    const Buffer bytes = reply(targets, 1);
    CHECK(match_reply(bytes, targets).target == &targets[0]);
    targets[0].log.reply(1, start + 1ms);
    CHECK(match_reply(bytes, targets).target == &targets[1]);
    targets[1].log.reply(1, start + 1ms);
    CHECK(match_reply(bytes, targets).target == &targets[0]); // a duplicate may come from any host

    const auto unreachable = [] {
        return icmppinger::IcmpError{.type = 3,
                                     .code = 1,
                                     .request =
                                         icmppinger::Quotation{.destination = address("192.0.2.1"),
                                                               .type = 8,
                                                               .identifier = identifier,
                                                               .sequence = 2}};
    };
    for (std::size_t i = 0; i < 2; ++i)
        targets[i].log.sent(start);
    for (std::size_t i = 0; i < 2; ++i) {
        const Match match =
            icmppinger::match_reply(unreachable(), {RequestKind::echo, identifier}, targets);
        CHECK(match.target == &targets[i]);
        CHECK(match.error);
        targets[i].log.error(2);
    }
    CHECK(icmppinger::match_reply(unreachable(), {RequestKind::echo, identifier}, targets).target ==
          &targets[0]);
}

TEST_CASE("A right answer from another address is classified as such", "[icmppinger][match]")
{
    Targets targets = one_host(1);
    const Match match = match_reply(reply(targets, 1), targets, "192.0.2.9");
    CHECK(match.kind == ReplyKind::other_address);
    CHECK(match.number == 1);
    Buffer forged = reply(targets, 1);
    forged.resize(8); // right but for the data
    CHECK(match_reply(forged, targets, "192.0.2.9").kind != ReplyKind::other_address);
}

TEST_CASE("Replies to other programs and other types are unrelated", "[icmppinger][match]")
{
    Targets targets = one_host(1);
    for (const char* bytes : {"00 00 00 00 12 35 00 01", "08 00 00 00 12 34 00 01",
                              "0e 00 00 00 12 34 00 01", "ff 00 00 00 12 34 00 01"})
        CHECK(match_reply(icmp_bytes::from_hex(bytes), targets).kind == ReplyKind::unrelated);
    CHECK(match_reply(icmp_bytes::from_hex("00 00 00"), targets, "192.0.2.9").kind ==
          ReplyKind::unrelated);
}

TEST_CASE("A ping without data is matched by identifier and sequence number", "[icmppinger][match]")
{
    Targets targets = one_host(1, {.size = 0, .timeout = 1h});
    CHECK(reply(targets, 1).size() == 8);
    CHECK(match_reply(reply(targets, 1), targets).kind == ReplyKind::answer);
}
