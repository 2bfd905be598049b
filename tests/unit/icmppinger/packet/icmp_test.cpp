#include "icmppinger/packet/icmp.h"

#include "catch.h"

#include "tests/unit/icmp_bytes.h"

using icmppinger::Bytes;
using icmppinger::Cursor;
using icmppinger::has_right_checksum;
using icmppinger::IcmpMessage;
using icmppinger::parse_message;
using icmppinger::Version;
using icmppinger::write_message;

TEST_CASE("A cursor stays within its bytes and remembers a read past the end",
          "[icmppinger][cursor]")
{
    const auto bytes = icmp_bytes::from_hex("01 02 03 04 05 06 07 08");
    Cursor cursor(bytes);
    CHECK(cursor.number8() == 0x01);
    CHECK(cursor.number16() == 0x0203);
    CHECK(cursor.number32() == 0x04050607);
    CHECK(cursor.rest().size() == 1);
    CHECK(cursor.is_good());
    CHECK(cursor.number16() == 0);
    CHECK_FALSE(cursor.is_good());
    CHECK(cursor.rest().empty());
    CHECK(cursor.number8() == 0);
    CHECK(cursor.take(1).empty());
    CHECK(cursor.take(0).empty());
    CHECK_FALSE(cursor.is_good());
}

TEST_CASE("A request has the format of RFC 792 and a right checksum", "[icmppinger][icmp]")
{
    std::vector<std::byte> buffer;
    const auto data = icmp_bytes::from_hex("61 62 63");
    write_message(buffer, Version::v4, {.type = 8, .identifier = 0x1234, .sequence = 0xfffe}, data);
    CHECK(buffer == icmp_bytes::from_hex("08 00 21 6a 12 34 ff fe 61 62 63"));
    const auto message = parse_message(Version::v4, buffer);
    REQUIRE(message);
    CHECK(message->type == 8);
    CHECK(message->code == 0);
    CHECK(message->identifier() == 0x1234);
    CHECK(message->sequence() == 0xfffe);
    CHECK(message->body.size() == 3);
    CHECK(has_right_checksum(*message));
}

TEST_CASE("The kernel computes the checksum of ICMPv6", "[icmppinger][icmp]")
{
    std::vector<std::byte> buffer(100);
    write_message(buffer, Version::v6, {.type = 128, .identifier = 1, .sequence = 2}, {});
    CHECK(buffer == icmp_bytes::from_hex("80 00 00 00 00 01 00 02"));
    const auto message = parse_message(Version::v6, buffer);
    REQUIRE(message);
    CHECK(has_right_checksum(*message));
}

TEST_CASE("Any changed byte makes the ICMP checksum wrong", "[icmppinger][icmp]")
{
    std::vector<std::byte> buffer;
    write_message(buffer, Version::v4, {.type = 8, .identifier = 1, .sequence = 2},
                  icmp_bytes::from_hex("01 02 03 04"));
    for (std::byte& byte : buffer) {
        byte ^= std::byte{0x10};
        CHECK_FALSE(has_right_checksum(parse_message(Version::v4, buffer).value_or(IcmpMessage())));
        byte ^= std::byte{0x10};
    }
    CHECK(has_right_checksum(parse_message(Version::v4, buffer).value_or(IcmpMessage())));
}

TEST_CASE("An incomplete header is not a message", "[icmppinger][icmp]")
{
    const std::vector<std::byte> bytes(8);
    for (std::size_t size = 0; size < 8; ++size)
        CHECK_FALSE(parse_message(Version::v4, Bytes(bytes).first(size)));
    CHECK(parse_message(Version::v4, bytes));
}
