#include "common/control_data.h"

#include <catch2/catch.hpp>

TEST_CASE("An entry that is added is found again with its content", "[common][control_data]")
{
    iovec content{};
    sockaddr_in6 peer{};
    net::Control control{};
    msghdr message = net::message(content, peer, control);
    net::add_entry(message, IPPROTO_IP, IP_TTL, 42);
    int found = 0;
    net::for_each_entry(message, [&](const cmsghdr& entry) {
        ++found;
        CHECK(net::is(entry, IPPROTO_IP, IP_TTL));
        CHECK_FALSE(net::is(entry, IPPROTO_IPV6, IP_TTL));
        CHECK(net::content_of<int>(entry) == 42);
    });
    CHECK(found == 1);
}
