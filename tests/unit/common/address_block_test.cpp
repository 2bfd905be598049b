#include "common/address_block.h"

#include "catch.h"

using net::AddressBlock;

namespace {

net::Address address(const std::string& text)
{
    return net::resolve(text, 1, SOCK_STREAM).front();
}

} // namespace

TEST_CASE("A block contains the addresses with its prefix", "[common][address_block]")
{
    struct Row {
        std::string block;
        std::string address;
        bool is_in;
    };
    const auto row = GENERATE(values<Row>({
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"10.0.0.0/8", "::10.1.2.3", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"fe80::/10", "febf::1", true},
        {"fe80::/10", "fec0::1", false},
        {"2001:db8::/32", "2001:db9::", false},
    }));
    CAPTURE(row.block, row.address);
    CHECK(AddressBlock(row.block).contains(address(row.address)) == row.is_in);
}

TEST_CASE("Invalid blocks are refused", "[common][address_block]")
{
    const std::string text = GENERATE("", "/8", "10", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
                                      "10.0.0.0/8x", "::/129", "example.org/8", "10.0.0.0/8/8");
    CAPTURE(text);
    CHECK_THROWS_AS(AddressBlock(text), net::Error);
}

TEST_CASE("A failure to reach an address has a remedy", "[common][address_block]")
{
    for (const std::string scoped : {"fe80::1", "ff02::1", "ff01::2", "febf::1"})
        CHECK(net::remedy_for_route(address(scoped), EINVAL) ==
              " (add the interface: " + scoped + "%eth0)");
    CHECK(net::remedy_for_route(address("fe80::1%1"), EINVAL).empty());
    CHECK(net::remedy_for_route(address("169.254.1.1"), EINVAL).empty());
    CHECK(net::remedy_for_route(address("192.0.2.255"), EACCES) ==
          " (it may be a broadcast address)");
    CHECK(net::remedy_for_route(address("192.0.2.1"), EPERM) == " (perhaps a local firewall)");
    CHECK(net::remedy_for_route(address("2001:db8::1"), ENETUNREACH).empty());
}

TEST_CASE("Every spelling of a loopback address is recognized", "[common][address_block]")
{
    for (const std::string own : {"127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "0.1.2.3",
                                  "::ffff:127.0.0.1", "::ffff:0.0.0.0"}) {
        CAPTURE(own);
        CHECK(net::leads_to_loopback(address(own)));
        CHECK_FALSE(net::is_link_local(address(own)));
    }
    for (const std::string other : {"128.0.0.1", "::2", "::ffff:1.0.0.1", "203.0.113.1"}) {
        CAPTURE(other);
        CHECK_FALSE(net::leads_to_loopback(address(other)));
    }
    CHECK(net::is_link_local(address("169.254.169.254")));
    CHECK(net::is_link_local(address("::ffff:169.254.1.1")));
    CHECK(net::is_link_local(address("fe80::1")));
}
