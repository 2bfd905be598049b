#include "icmppinger/packet/icmp_error.h"

#include "catch.h"

#include "common/checksum.h"
#include "icmppinger/report.h"
#include "tests/unit/icmp_bytes.h"

using icmp_bytes::from_hex;
using icmp_bytes::joined;
using icmppinger::Bytes;
using icmppinger::IcmpError;
using icmppinger::parse_icmp_error;
using icmppinger::parse_message;
using icmppinger::Version;

namespace {

using Buffer = std::vector<std::byte>;

const net::Address router = net::resolve("192.0.2.254", 0, SOCK_RAW).front();

// An echo request from 10.0.0.1 to 10.0.0.2, identifier 0x1234, sequence number 7, data "abcd".
const Buffer quoted = from_hex("45 00 00 20 00 01 40 00 05 01 00 00 0a 00 00 01 0a 00 00 02 "
                               "08 00 00 00 12 34 00 07 61 62 63 64");
const Buffer quoted6 = from_hex("60 00 00 00 00 0c 3a 07 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 "
                                "00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 "
                                "80 00 00 00 12 34 00 07 61 62 63 64");

Buffer error_bytes(const std::string& header, const Buffer& body)
{
    return joined({from_hex(header), body});
}

IcmpError parse(Version version, Bytes bytes)
{
    const auto message = parse_message(version, bytes);
    REQUIRE(message);
    return parse_icmp_error(*message, router);
}

Buffer padded(Buffer bytes, std::size_t size)
{
    bytes.resize(size);
    return bytes;
}

/// An extension structure with a right checksum.
Buffer extension(const std::string& objects)
{
    Buffer bytes = joined({from_hex("20 00 00 00"), from_hex(objects)});
    const auto checksum = net::internet_checksum(bytes);
    bytes[2] = static_cast<std::byte>(checksum >> 8);
    bytes[3] = static_cast<std::byte>(checksum);
    return bytes;
}

const std::string two_labels = "00 0c 01 01 00 3e 8a 01 00 3e 9d ff";

} // namespace

TEST_CASE("The quotation in an error identifies the request", "[icmppinger][icmp_error]")
{
    const Buffer bytes = error_bytes("0b 00 00 00 00 00 00 00", quoted);
    const IcmpError error = parse(Version::v4, bytes);
    CHECK(error.is_time_exceeded());
    CHECK_FALSE(error.is_advice());
    REQUIRE(error.request);
    CHECK(error.request->destination.host() == "10.0.0.2");
    CHECK(error.request->hops_left == 5);
    CHECK(error.request->type == 8);
    CHECK(error.request->identifier == 0x1234);
    CHECK(error.request->sequence == 7);
    CHECK(error.request->data.size() == 4);
}

TEST_CASE("ICMPv6 quotations are parsed, also after extension headers", "[icmppinger][icmp_error]")
{
    const Buffer bytes = error_bytes("03 00 00 00 00 00 00 00", quoted6);
    const IcmpError error = parse(Version::v6, bytes);
    CHECK(error.is_time_exceeded());
    REQUIRE(error.request);
    CHECK(error.request->destination.host() == "2001:db8::2");
    CHECK(error.request->hops_left == 7);
    CHECK(error.request->type == 128);
    CHECK(error.request->identifier == 0x1234);

    Buffer fragmented = quoted6;
    fragmented[5] = std::byte{0x14};
    fragmented[6] = std::byte{44};
    const Buffer header = from_hex("3a 00 00 01 00 00 00 09"); // the first of several
    fragmented.insert(fragmented.begin() + 40, header.begin(), header.end());
    const IcmpError first = parse(Version::v6, error_bytes("02 00 00 00 00 00 05 00", fragmented));
    REQUIRE(first.request);
    CHECK(first.request->sequence == 7);
    CHECK(first.mtu == 1280);
    fragmented[43] = std::byte{0x08}; // a later one has no ICMP header
    CHECK_FALSE(parse(Version::v6, error_bytes("02 00 00 00 00 00 05 00", fragmented)).request);
}

TEST_CASE("The second half of the header is parsed according to the type",
          "[icmppinger][icmp_error]")
{
    CHECK(parse(Version::v4, error_bytes("03 04 00 00 00 00 05 78", quoted)).mtu == 1400);
    CHECK(parse(Version::v4, error_bytes("03 01 00 00 00 00 05 78", quoted)).mtu == 0);
    const auto redirect = parse(Version::v4, error_bytes("05 01 00 00 c0 00 02 01", quoted));
    CHECK(redirect.is_advice());
    REQUIRE(redirect.gateway);
    CHECK(redirect.gateway->host() == "192.0.2.1");
    CHECK(parse(Version::v4, error_bytes("04 00 00 00 00 00 00 00", quoted)).is_advice());
    CHECK(parse(Version::v4, error_bytes("0c 00 00 00 14 00 00 00", quoted)).pointer == 20U);
    CHECK(parse(Version::v6, error_bytes("04 00 00 00 00 00 00 28", quoted6)).pointer == 40U);
    CHECK(parse(Version::v6, error_bytes("02 00 00 00 00 01 00 00", quoted6)).mtu == 65536);
}

TEST_CASE("Only a quoted ICMP packet is taken for a request", "[icmppinger][icmp_error]")
{
    struct Row {
        std::size_t place;
        std::byte value;
    };
    for (const auto& [place, value] : {Row{9, std::byte{17}},   // UDP
                                       {0, std::byte{0x65}},    // IPv6
                                       {0, std::byte{0x44}},    // a header of 16 bytes
                                       {0, std::byte{0x4f}},    // options beyond the end
                                       {3, std::byte{19}},      // shorter than its header
                                       {7, std::byte{0x01}}}) { // a later fragment
        CAPTURE(place);
        Buffer other = quoted;
        other[place] = value;
        CHECK_FALSE(parse(Version::v4, error_bytes("0b 00 00 00 00 00 00 00", other)).request);
    }
}

TEST_CASE("A truncated error is parsed as far as it goes and no further",
          "[icmppinger][icmp_error]")
{
    for (const Version version : {Version::v4, Version::v6}) {
        const bool is_v4 = version == Version::v4;
        const Buffer& inner = is_v4 ? quoted : quoted6;
        const Buffer whole =
            joined({error_bytes(is_v4 ? "0b 00 00 00 00 20 00 00" : "03 00 00 00 10 00 00 00",
                                padded(inner, 128)),
                    extension(two_labels)});
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            CAPTURE(size);
            const Buffer exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            const auto message =
                parse_message(version, exact); // a copy: a sanitizer detects reads past it
            CHECK(message.has_value() == (size >= 8));
            if (!message) continue;
            const IcmpError error = parse_icmp_error(*message, router);
            const std::size_t headers = is_v4 ? 28 : 48;
            CHECK(error.request.has_value() == (size >= 8 + headers));
            CHECK(error.extensions.size() == (size == whole.size() ? 1 : 0));
            CHECK_FALSE(icmppinger::meaning_text(error).empty());
        }
    }
}

TEST_CASE("Extensions are found where RFC 4884 puts them, with or without a length",
          "[icmppinger][icmp_error]")
{
    const Buffer quotation = padded(quoted, 128);
    const Buffer objects = extension(two_labels);
    const auto labels_of = [](const IcmpError& error) { return icmppinger::labels_text(error); };
    const std::string both = "MPLS label 1000, class 5, TTL 1, label 1001, class 6, TTL 255";
    CHECK(labels_of(parse(Version::v4, error_bytes("0b 00 00 00 00 20 00 00",
                                                   joined({quotation, objects})))) == both);
    CHECK(labels_of(parse(Version::v4, error_bytes("0b 00 00 00 00 00 00 00", // an old router
                                                   joined({quotation, objects})))) == both);
    CHECK(labels_of(parse(Version::v6, error_bytes("03 00 00 00 10 00 00 00",
                                                   joined({padded(quoted6, 128), objects})))) ==
          both);
    const IcmpError too_long =
        parse(Version::v4, error_bytes("0b 00 00 00 00 ff 00 00", joined({quotation, objects})));
    CHECK(too_long.extensions.empty()); // longer than the message
    CHECK(too_long.request);
}

TEST_CASE("Bytes of the quoted packet are not taken for extensions", "[icmppinger][icmp_error]")
{
    const Buffer quotation = padded(quoted, 128);
    const Buffer checked = extension(two_labels);
    Buffer unchecked = checked;
    unchecked[2] = unchecked[3] = std::byte{0};
    const auto count = [](Version version, const std::string& header, const Buffer& quoted_bytes,
                          const Buffer& behind) {
        return parse(version, error_bytes(header, joined({quoted_bytes, behind})))
            .extensions.size();
    };
    CHECK(count(Version::v4, "0b 00 00 00 00 00 00 00", quotation, checked) == 1);
    CHECK(count(Version::v4, "0b 00 00 00 00 00 00 00", quotation, unchecked) == 0);
    CHECK(count(Version::v4, "0b 00 00 00 00 20 00 00", quotation, unchecked) ==
          1);                                                                      // with a length
    CHECK(count(Version::v4, "05 01 00 00 c0 00 02 01", quotation, checked) == 0); // a redirect
    CHECK(count(Version::v4, "04 00 00 00 00 00 00 00", quotation, checked) == 0);
    CHECK(count(Version::v6, "02 00 00 00 00 00 05 00", padded(quoted6, 128), checked) == 0);
    CHECK(count(Version::v6, "04 00 00 00 00 00 00 28", padded(quoted6, 128), checked) == 0);
}

TEST_CASE("At most eight labels of a stack are shown", "[icmppinger][icmp_error]")
{
    std::string object = "02 04 01 01"; // 516 bytes: 128 labels
    for (int i = 0; i < 128; ++i)
        object += " 00 3e 8a 01";
    const Buffer bytes =
        error_bytes("0b 00 00 00 00 20 00 00", joined({padded(quoted, 128), extension(object)}));
    const IcmpError error = parse(Version::v4, bytes);
    CHECK(error.extensions.at(0).labels.size() == 128);
    const std::string text = icmppinger::labels_text(error);
    CHECK(text.ends_with("label 1000, class 5, TTL 1, and 120 more"));
    CHECK(text.size() < 300);
}

TEST_CASE("An invalid extension structure is ignored", "[icmppinger][icmp_error]")
{
    Buffer objects = extension(two_labels);
    CHECK(icmppinger::parse_extensions(objects).size() == 1);
    objects[8] ^= std::byte{1};
    CHECK(icmppinger::parse_extensions(objects).empty());                 // its checksum
    CHECK(icmppinger::parse_extensions(from_hex("10 00 00 00")).empty()); // its version
    CHECK(icmppinger::parse_extensions(from_hex("20 00 00 00 00 03 01 01"))
              .empty()); // an object too short
    CHECK(
        icmppinger::parse_extensions(from_hex("20 00 00 00 00 08 01 01")).empty()); // one too long
    CHECK(icmppinger::parse_extensions(from_hex("20 00 00 00 00 04 01 01 00 00")).size() == 1);
    const auto unknown = icmppinger::parse_extensions(from_hex("20 00 00 00 00 06 09 02 ab cd"));
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].kind == 9);
    CHECK(unknown[0].content.size() == 2);
    CHECK(unknown[0].labels.empty());
}

TEST_CASE("The meaning of an ICMP error includes its details", "[icmppinger][report]")
{
    const auto text = [](Version version, const std::string& header, const Buffer& body) {
        return icmppinger::meaning_text(parse(version, error_bytes(header, body)));
    };
    CHECK(text(Version::v4, "03 01 00 00 00 00 00 00", quoted) ==
          "Destination Host Unreachable: no host answers at that address on its network (RFC 792)");
    CHECK_THAT(text(Version::v4, "03 04 00 00 00 00 05 78", quoted),
               Contains("Frag needed and DF set (mtu = 1400): ") && Contains("(RFC 1191)"));
    CHECK_THAT(text(Version::v4, "03 04 00 00 00 00 00 00", quoted), Contains("(mtu = not told)"));
    CHECK_THAT(text(Version::v4, "05 01 00 00 c0 00 02 01", quoted),
               Contains("Redirect Host (New nexthop: 192.0.2.1): "));
    CHECK_THAT(text(Version::v4, "0c 00 00 00 14 00 00 00", quoted),
               Contains("Parameter problem: pointer = 20: "));
    CHECK_THAT(text(Version::v6, "02 00 00 00 00 00 05 00", quoted6),
               Contains("Packet too big (mtu = 1280): ") && Contains("(RFC 4443)"));
}
