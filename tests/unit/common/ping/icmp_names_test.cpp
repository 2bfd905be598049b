#include "common/ping/icmp_names.h"

#include "catch.h"

using net::IcmpVersion;

TEST_CASE("Every standard type and code has a name, a meaning and an RFC", "[common][icmp_names]")
{
    struct Row {
        IcmpVersion version;
        int type;
        int codes; // from 0 on
    };
    for (const auto& [version, type, codes] : {Row{IcmpVersion::v4, 3, 16},
                                               {IcmpVersion::v4, 4, 1},
                                               {IcmpVersion::v4, 5, 4},
                                               {IcmpVersion::v4, 11, 2},
                                               {IcmpVersion::v4, 12, 3},
                                               {IcmpVersion::v6, 1, 9},
                                               {IcmpVersion::v6, 2, 1},
                                               {IcmpVersion::v6, 3, 2},
                                               {IcmpVersion::v6, 4, 11}})
        for (int code = 0; code < codes; ++code) {
            CAPTURE(type, code);
            const auto* known = net::find_icmp_meaning(version, static_cast<std::uint8_t>(type),
                                                       static_cast<std::uint8_t>(code));
            REQUIRE(known != nullptr);
            CHECK_FALSE(known->name.empty());
            CHECK_FALSE(known->meaning.empty());
            CHECK((known->rfc.starts_with("RFC ") || known->rfc == "IANA"));
            CHECK(known->name.find("Bad Code") == std::string_view::npos);
        }
    CHECK(net::icmp_name(IcmpVersion::v4, 3, 16) == "Destination Unreachable, Bad Code");
    CHECK(net::icmp_name(IcmpVersion::v4, 99, 1) == "ICMP type 99 code 1");
    CHECK(net::icmp_name(IcmpVersion::v6, 200, 0) == "ICMPv6 type 200 code 0");
}

TEST_CASE("A meaning includes the RFC; an unknown type has none", "[common][icmp_names]")
{
    CHECK(net::icmp_meaning(IcmpVersion::v4, 11, 0) ==
          "too many routers on the way, or a loop (RFC 792)");
    CHECK(net::icmp_meaning(IcmpVersion::v6, 200, 0).empty());
    CHECK(net::icmp_protocol(IcmpVersion::v6) == "ICMPv6");
}
