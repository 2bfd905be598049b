#include "webserver/fetch/address_policy.h"

#include "catch.h"

using webserver::special_use;

namespace {

/// A numeric address, which needs no look-up.
net::Address address(const std::string& numeric)
{
    return net::resolve(numeric, 80, SOCK_STREAM).front();
}

} // namespace

TEST_CASE("Public and documentation addresses are not special-purpose addresses",
          "[webserver][target_policy]")
{
    const std::string numeric =
        GENERATE("1.1.1.1", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255",
                 "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
                 "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.2.1", "192.167.255.255",
                 "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.100.1", "203.0.113.7",
                 "223.255.255.255", "2001:db8::1", "2606:4700::1111", "2001:4860:4860::8888",
                 "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1", "fbff::1", "fe7f::1");
    CAPTURE(numeric);
    CHECK(special_use(address(numeric)) == "");
}

TEST_CASE("A special-purpose address is described by its kind", "[webserver][target_policy]")
{
    const auto [numeric, kind] = GENERATE(table<std::string, std::string>({
        {"0.0.0.0", "this host"},
        {"0.255.255.255", "this host"},
        {"10.0.0.0", "private"},
        {"10.255.255.255", "private"},
        {"100.64.0.0", "shared"},
        {"100.127.255.255", "shared"},
        {"127.0.0.1", "loopback"},
        {"127.255.255.255", "loopback"},
        {"127.1", "loopback"}, // spellings that inet_aton accepts
        {"0x7f000001", "loopback"},
        {"2130706433", "loopback"},
        {"017700000001", "loopback"},
        {"169.254.0.0", "link-local"},
        {"169.254.169.254", "link-local"}, // a cloud's metadata service
        {"172.16.0.0", "private"},
        {"172.31.255.255", "private"},
        {"192.0.0.170", "protocol"},
        {"192.168.0.0", "private"},
        {"192.168.255.255", "private"},
        {"198.18.0.0", "benchmarking"},
        {"198.19.255.255", "benchmarking"},
        {"224.0.0.1", "multicast"},
        {"239.255.255.255", "multicast"},
        {"240.0.0.1", "reserved"},
        {"255.255.255.255", "broadcast"},
        {"::", "this host"},
        {"::1", "loopback"},
        {"::7f00:1", "IPv4"},
        {"::ffff:127.0.0.1", "loopback"},
        {"64:ff9b::10.0.0.1", "private"},
        {"64:ff9b::127.0.0.1", "loopback"},
        {"64:ff9b:1::8.8.8.8", "translator"},
        {"100::1", "discard-only"},
        {"2001::1", "Teredo"},
        {"2002:7f00:1::", "loopback"},
        {"2002:c0a8:101::1", "private"},
        {"fc00::", "private"},
        {"fdff:ffff::1", "private"},
        {"fe80::1", "link-local"},
        {"febf::1", "link-local"},
        {"fec0::1", "site-local"},
        {"ff02::1", "multicast"},
    }));
    CAPTURE(numeric);
    CHECK_THAT(std::string(special_use(address(numeric))), Contains(kind));
}

TEST_CASE("An address that is not an IP address is refused", "[webserver][target_policy]")
{
    const sockaddr other{.sa_family = AF_UNIX, .sa_data = {}};
    CHECK(special_use(net::Address(&other, sizeof other)) != "");
}
