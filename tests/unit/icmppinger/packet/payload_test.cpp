#include "icmppinger/packet/payload.h"

#include "catch.h"

#include <algorithm>
#include <set>

#include "common/error.h"
#include "tests/unit/icmp_bytes.h"

using icmppinger::Payload;
using icmppinger::PayloadKey;

TEST_CASE("SipHash-2-4 matches the test vectors of its authors", "[icmppinger][payload]")
{
    constexpr PayloadKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    CHECK(icmppinger::sip_hash(key, 0x0706050403020100) == 0x93f5f5799a932462);
}

TEST_CASE("Each ping has its own nonce, the same at every call", "[icmppinger][payload]")
{
    Payload payload(56, {}, {1, 2});
    std::set<std::vector<std::byte>> seen;
    for (std::uint64_t number = 1; number <= 1000; ++number) {
        const auto bytes = payload.of(number);
        CHECK(bytes.size() == 56);
        seen.emplace(bytes.begin(), bytes.end());
    }
    CHECK(seen.size() == 1000);
    const auto first = payload.of(1);
    CHECK(seen.contains(std::vector<std::byte>(first.begin(), first.end())));
    Payload other(56, {}, {1, 3});
    CHECK_FALSE(std::ranges::equal(other.of(1), payload.of(1)));
}

TEST_CASE("The pattern, or bytes that count up, follows the nonce", "[icmppinger][payload]")
{
    Payload counting(12, {}, {1, 2});
    CHECK(std::ranges::equal(counting.of(1).subspan(8), icmp_bytes::from_hex("08 09 0a 0b")));
    Payload patterned(13, icmppinger::parse_pattern("c0ffee"), {1, 2});
    CHECK(std::ranges::equal(patterned.of(1).subspan(8), icmp_bytes::from_hex("c0 ff ee c0 ff")));
}

TEST_CASE("A payload smaller than the nonce holds the beginning of the nonce",
          "[icmppinger][payload]")
{
    for (std::size_t size = 0; size <= 9; ++size)
        CHECK(Payload(size, {}, {1, 2}).of(7).size() == size);
}

TEST_CASE("A pattern is at most 32 hexadecimal digits", "[icmppinger][payload]")
{
    CHECK(icmppinger::parse_pattern("ff") == icmp_bytes::from_hex("ff"));
    CHECK(icmppinger::parse_pattern("f") == icmp_bytes::from_hex("f"));
    CHECK(icmppinger::parse_pattern("123") == icmp_bytes::from_hex("12 3"));
    CHECK(icmppinger::parse_pattern(std::string(32, 'a')).size() == 16);
    for (const char* bad : {"g", "0x", "1 ", "-1", "+1", "1g"})
        CHECK_THROWS_AS(icmppinger::parse_pattern(bad), net::Error);
    CHECK_THROWS_AS(icmppinger::parse_pattern(std::string(33, 'a')), net::Error);
}

TEST_CASE("Keys and identifiers differ from call to call", "[icmppinger][payload]")
{
    CHECK(icmppinger::random_key() != icmppinger::random_key());
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(icmppinger::random_identifier());
    CHECK(seen.size() > 50);
    CHECK_FALSE(seen.contains(0));
}
