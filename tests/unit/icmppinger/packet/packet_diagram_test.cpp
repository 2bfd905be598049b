#include "icmppinger/packet/packet_diagram.h"

#include "catch.h"

#include "icmppinger/explain.h"
#include "tests/unit/icmp_bytes.h"

using icmp_bytes::from_hex;
using icmppinger::PacketDiagram;
using icmppinger::Version;
using icmppinger::write_message;

namespace {

const net::Address peer = net::resolve("192.0.2.1", 0, SOCK_RAW).front();

} // namespace

TEST_CASE("A diagram shows a header with two characters per bit and its bytes beside it",
          "[icmppinger][packet_diagram]")
{
    const auto bytes = from_hex("08 00 f7 ff 12 34");
    PacketDiagram drawing(bytes);
    drawing.row({{8, "Type 8"}, {8, "Code 0, which is far too long"}, {16, "Checksum"}});
    CHECK(drawing.has_more());
    drawing.row({{32, "Rest"}});
    CHECK_FALSE(drawing.has_more());
    const std::string line =
        "    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n";
    CHECK(
        drawing.text() ==
        line +
            "    | Type 8        | Code 0, which | Checksum                      |  08 00 f7 ff\n" +
            line +
            "    | Rest                                                          |  12 34\n" +
            line);
}

TEST_CASE("Data is dumped with printable characters and cut when it is long",
          "[icmppinger][packet_diagram]")
{
    CHECK(icmppinger::draw_data({}).empty());
    CHECK(icmppinger::draw_data(from_hex("41 1b 7f 80 20")) ==
          "    | 41 1b 7f 80 20                                   A... \n");
    const std::vector<std::byte> bytes(1000);
    CHECK_THAT(icmppinger::draw_data(bytes), Contains("| ... 936 bytes more\n"));
}

TEST_CASE("The diagram of a request names every field", "[icmppinger][explain]")
{
    std::vector<std::byte> buffer;
    write_message(buffer, Version::v4, {.type = 8, .identifier = 0x1234, .sequence = 7},
                  from_hex("61 62"));
    const std::string text = icmppinger::explain_sent(Version::v4, buffer, peer);
    for (const char* part : {"sent to 192.0.2.1\n", "ICMP, 10 bytes: Echo (RFC 792)",
                             "| Type 8        | Code 0        |", ", right        |",
                             "| Identifier 0x1234             | Sequence Number 7             |",
                             "12 34 00 07", "| 61 62"})
        CHECK_THAT(text, Contains(part));
}

TEST_CASE("The diagram of an error includes the quoted packet and the extensions",
          "[icmppinger][explain]")
{
    auto bytes =
        icmp_bytes::joined({from_hex("0b 00 00 00 00 20 00 00"),
                            from_hex("45 00 00 20 00 01 40 00 05 01 00 00 0a 00 00 01 0a 00 00 02"),
                            from_hex("08 00 00 00 12 34 00 07 61 62 63 64")});
    bytes.resize(8 + 128);
    bytes = icmp_bytes::joined({bytes, from_hex("20 00 00 00 00 08 01 01 00 3e 8a 01")});
    const icmppinger::Received received{.bytes = bytes, .from = peer};
    const std::string text = icmppinger::explain_received(Version::v4, received);
    for (const char* part :
         {"received from 192.0.2.1\n", "Time to live exceeded (RFC 792)", ", wrong", "Length 32",
          "quoted packet:", "| TTL 5         | Protocol 1    |", "| Destination Address 10.0.0.2 ",
          "quoted message: ICMP, 12 bytes: Echo (RFC 792)",
          "extension object of class 1, type 1 (RFC 4884 §8)"})
        CHECK_THAT(text, Contains(part));
}

TEST_CASE("The diagram of an IP header has the fields in the units of the RFCs",
          "[icmppinger][explain]")
{
    const auto quoting = [](Version version, const char* header, const char* packet) {
        const auto bytes = icmp_bytes::joined({from_hex(header), from_hex(packet)});
        const icmppinger::Received received{.bytes = bytes, .from = peer};
        return icmppinger::explain_received(version, received);
    };
    CHECK_THAT(quoting(Version::v4, "0b 01 00 00 00 00 00 00",
                       "45 00 00 20 00 01 20 b9 05 01 00 00 0a 00 00 01 0a 00 00 02"),
               Contains("| Fragment Offset 185 x 8 "));
    CHECK_THAT(quoting(Version::v6, "03 00 00 00 00 00 00 00",
                       "60 00 00 00 00 0c 3a 07 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 "
                       "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 80 00 00 00 12 34 00 07"),
               Contains("| Next Header 58|"));
}

TEST_CASE("Diagrams name timestamps, masks, MTUs, gateways and pointers", "[icmppinger][explain]")
{
    struct Row {
        Version version;
        const char* bytes;
        const char* part;
    };
    for (const auto& [version, bytes, part] :
         {Row{Version::v4, "03 04 00 00 00 00 05 78", "| Next-Hop MTU 1400 "},
          {Version::v4, "05 01 00 00 c0 00 02 01", "| Gateway Internet Address 192.0.2.1 "},
          {Version::v4, "0c 00 00 00 14 00 00 00", "| Pointer 20    | Length 0 "},
          {Version::v6, "02 00 00 00 00 00 05 00", "| MTU 1280 "},
          {Version::v6, "04 00 00 00 00 00 00 28", "| Pointer 40 "},
          {Version::v4, "0e 00 00 00 00 00 00 01 00 00 00 01 00 00 00 02 00 00 00 03",
           "| Transmit Timestamp "},
          {Version::v4, "12 00 00 00 00 00 00 01 ff ff ff 00", "| Address Mask "},
          {Version::v4, "11 00 00 00 00 00 00 01 ff ff", "    | ff ff "}, // cut short
          {Version::v4, "00", "incomplete ICMP header:\n    | 00 "}}) {
        const auto message = from_hex(bytes);
        const icmppinger::Received received{.bytes = message, .from = peer};
        CHECK_THAT(icmppinger::explain_received(version, received), Contains(part));
    }
}
