#include "proxy/access/access.h"

#include "catch.h"

#include <array>

using proxy::AccessRules;

namespace {

net::Address address(const std::string& text)
{
    return net::resolve(text, 1, SOCK_STREAM).front();
}

} // namespace

TEST_CASE("By default, private addresses may use the proxy", "[proxy][access]")
{
    const AccessRules rules({}, {});
    for (const char* client : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "172.31.0.1",
                               "192.168.1.1", "fd00::1", "fe80::1"})
        CHECK(rules.may_use(address(client)));
    for (const char* client : {"203.0.113.1", "172.32.0.1", "2001:db8::1", "::ffff:8.8.8.8"})
        CHECK_FALSE(rules.may_use(address(client)));
}

TEST_CASE("With --allow, only the listed addresses may use the proxy", "[proxy][access]")
{
    const AccessRules rules({"203.0.113.0/24", "2001:db8::/32"}, {});
    CHECK(rules.may_use(address("203.0.113.77")));
    CHECK(rules.may_use(address("2001:db8::1")));
    CHECK_FALSE(rules.may_use(address("127.0.0.1")));
    CHECK_THROWS_AS(AccessRules({"203.0.113.0/33"}, {}), net::Error);
}

TEST_CASE("Only clients on this machine may reach its own addresses, in any spelling",
          "[proxy][access]")
{
    for (const char* target :
         {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "169.254.169.254",
          "::ffff:169.254.169.254", "fe80::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
          "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b:1::7f00:1", "::7f00:1",
          "2001:0:7f00:1::1"}) {
        CAPTURE(target);
        CHECK(AccessRules::may_reach(address("127.0.0.1"), address(target)));
        CHECK(AccessRules::may_reach(address("::1"), address(target)));
        CHECK_FALSE(AccessRules::may_reach(address("192.168.1.1"), address(target)));
        CHECK_FALSE(AccessRules::may_reach(address("fe80::1"), address(target)));
    }
    for (const char* target : {"203.0.113.1", "192.168.1.2", "10.0.0.1", "2001:db8::1"})
        CHECK(AccessRules::may_reach(address("192.168.1.1"), address(target)));
}

TEST_CASE("Clients on other machines may open tunnels only to TLS ports", "[proxy][access]")
{
    const AccessRules rules({}, {"2222"});
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{443, 563, 8443, 2222})
        CHECK(rules.may_tunnel(address("192.168.1.1"), port));
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{25, 22, 80})
        CHECK_FALSE(rules.may_tunnel(address("192.168.1.1"), port));
    CHECK(rules.may_tunnel(address("127.0.0.1"), 25));
    for (const char* port : {"0", "65536", "x", ""})
        CHECK_THROWS_AS(AccessRules({}, {port}), net::Error);
}

TEST_CASE("Only local clients send plain requests to ports that browsers block", "[proxy][access]")
{
    for (const auto port :
         std::to_array<std::uint16_t>({0, 1, 22, 25, 110, 143, 465, 587, 6000, 6667, 10080})) {
        CAPTURE(port);
        CHECK_FALSE(AccessRules::may_request(address("192.168.1.1"), port));
        CHECK_FALSE(AccessRules::may_request(address("fe80::1"), port));
        CHECK(AccessRules::may_request(address("127.0.0.1"), port));
        CHECK(AccessRules::may_request(address("::1"), port));
    }
    for (const auto port :
         std::to_array<std::uint16_t>({80, 81, 443, 631, 3128, 5432, 8080, 10081, 65535}))
        CHECK(AccessRules::may_request(address("192.168.1.1"), port));
}
