#include "icmppinger/packet/ip.h"

#include "catch.h"

#include "tests/unit/icmp_bytes.h"

using icmp_bytes::from_hex;
using icmppinger::Bytes;
using icmppinger::parse_packet;
using icmppinger::Version;

namespace {

std::vector<std::string> hosts_of(const std::vector<net::Address>& route)
{
    std::vector<std::string> hosts;
    for (const net::Address& address : route)
        hosts.push_back(address.host());
    return hosts;
}

} // namespace

TEST_CASE("The fields and options of an IPv4 header are parsed", "[icmppinger][ip]")
{
    const auto bytes = from_hex("46 b8 00 1c 12 34 60 02 40 01 ab cd 0a 00 00 01 0a 00 00 02 "
                                "01 01 01 00 de ad be ef 99");
    const auto packet = parse_packet(Version::v4, bytes);
    REQUIRE(packet);
    CHECK(packet->traffic_class == 0xb8);
    CHECK(packet->length == 28);
    CHECK(packet->identification == 0x1234);
    CHECK(packet->dont_fragment);
    CHECK(packet->more_fragments);
    CHECK(packet->fragment_offset == 16);
    CHECK(packet->hops_left == 64);
    CHECK(packet->protocol == 1);
    CHECK(packet->checksum == 0xabcd);
    CHECK(packet->source.host() == "10.0.0.1");
    CHECK(packet->destination.host() == "10.0.0.2");
    CHECK(packet->header.size() == 24);
    CHECK(packet->options.size() == 4);
    CHECK(packet->payload.size() == 4); // the last byte is after the packet's length
}

TEST_CASE("A truncated header is not parsed", "[icmppinger][ip]")
{
    const auto ipv4 = from_hex("45 00 00 14 00 00 00 00 40 01 00 00 0a 00 00 01 0a 00 00 02");
    for (std::size_t size = 0; size < ipv4.size(); ++size)
        CHECK_FALSE(parse_packet(Version::v4, Bytes(ipv4).first(size)));
    CHECK(parse_packet(Version::v4, ipv4));

    std::vector<std::byte> ipv6(56); // with a hop-by-hop and a destination options header
    ipv6[0] = std::byte{0x60};
    ipv6[5] = std::byte{16};
    ipv6[40] = std::byte{60};
    ipv6[48] = std::byte{58};
    for (std::size_t size = 0; size < ipv6.size(); ++size)
        CHECK_FALSE(parse_packet(Version::v6, Bytes(ipv6).first(size)));
    const auto packet = parse_packet(Version::v6, ipv6);
    REQUIRE(packet);
    CHECK(packet->protocol == 58);
    CHECK(packet->payload.empty());
    ipv6[41] = std::byte{255}; // a header that is longer than the packet
    CHECK_FALSE(parse_packet(Version::v6, ipv6));
    ipv6[41] = std::byte{0};
    ipv6[5] = std::byte{15}; // a packet shorter than its headers
    CHECK_FALSE(parse_packet(Version::v6, ipv6));
}

TEST_CASE("A recorded route has the addresses before the pointer", "[icmppinger][ip]")
{
    const std::vector<std::string> two{"10.0.0.1", "10.0.0.2"};
    CHECK(hosts_of(icmppinger::recorded_route(
              from_hex("01 07 0f 0c 0a 00 00 01 0a 00 00 02 00 00 00 00"))) == two);
    CHECK(icmppinger::recorded_route(from_hex("07 07 04 0a 00 00 01")).empty());
    CHECK(icmppinger::recorded_route(from_hex("00 07 07 08 0a 00 00 01")).empty());
}

TEST_CASE("A recorded route with a wrong length is ignored", "[icmppinger][ip]")
{
    for (const char* malformed : {"07", "07 00", "07 01", "07 02", "07 03", "07 03 ff",
                                  "07 ff 08 0a 00", "44 00 07 07 08 0a 00 00 01", "07 05 ff 0a 00"})
        CHECK(icmppinger::recorded_route(from_hex(malformed)).empty());
    CHECK(hosts_of(icmppinger::recorded_route(from_hex("07 07 ff 0a 00 00 01"))) ==
          std::vector<std::string>{"10.0.0.1"});
}
