#include "common/checksum.h"

#include "catch.h"

#include <random>
#include <vector>

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes(std::initializer_list<int> values)
{
    Bytes result;
    for (const int value : values)
        result.push_back(static_cast<std::byte>(value));
    return result;
}

/// RFC 1071 §1 word by word, with the carry added at once.
std::uint16_t slow_checksum(std::span<const std::byte> data)
{
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); i += 2) {
        const auto high = std::to_integer<std::uint32_t>(data[i]);
        const auto low = i + 1 < data.size() ? std::to_integer<std::uint32_t>(data[i + 1]) : 0;
        sum += high << 8 | low;
        if (sum > 0xffff) sum -= 0xffff;
    }
    return static_cast<std::uint16_t>(~sum);
}

} // namespace

TEST_CASE("The checksum of RFC 1071's example is what the RFC says", "[common][checksum]")
{
    // §3: the sum of 00 01 f2 03 f4 f5 f6 f7 is ddf2; the checksum is its complement.
    CHECK(net::internet_checksum(bytes({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7})) ==
          0xffff - 0xddf2);
}

TEST_CASE("An odd last byte counts as if a zero followed", "[common][checksum]")
{
    CHECK(net::internet_checksum(bytes({0x12, 0x34, 0x56})) ==
          net::internet_checksum(bytes({0x12, 0x34, 0x56, 0x00})));
    CHECK(net::internet_checksum({}) == 0xffff);
}

TEST_CASE("Over a packet with its checksum the result is 0", "[common][checksum]")
{
    // An ICMP echo request with the data "abcde".
    Bytes packet = bytes({8, 0, 0, 0, 0x12, 0x34, 0, 1, 'a', 'b', 'c', 'd', 'e'});
    const std::uint16_t checksum = net::internet_checksum(packet);
    packet[2] = static_cast<std::byte>(checksum >> 8);
    packet[3] = static_cast<std::byte>(checksum & 0xff);
    CHECK(net::internet_checksum(packet) == 0);
}

TEST_CASE("Any length at any alignment agrees with the slow sum", "[common][checksum]")
{
    std::mt19937 random(1071);
    Bytes data(70'000);
    for (auto& byte : data)
        byte = static_cast<std::byte>(random());
    for (std::size_t offset = 0; offset < 8; ++offset) {
        for (std::size_t size = 0; size < 300; ++size) {
            const auto part = std::span(data).subspan(offset, size);
            REQUIRE(net::internet_checksum(part) == slow_checksum(part));
        }
        const auto whole = std::span(data).subspan(offset);
        REQUIRE(net::internet_checksum(whole) == slow_checksum(whole));
    }
    const Bytes ones(65'535, std::byte{0xff}); // every addition carries
    CHECK(net::internet_checksum(ones) == slow_checksum(ones));
}
