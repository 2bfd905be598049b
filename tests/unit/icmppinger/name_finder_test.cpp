#include "icmppinger/name_finder.h"

#include "catch.h"

#include <poll.h>

using icmppinger::NameFinder;

namespace {

void wait_for(const NameFinder& names, const net::Address& address)
{
    while (!names.is_found(address)) {
        pollfd waiting{names.descriptor(), POLLIN, 0};
        REQUIRE(::poll(&waiting, 1, 20'000) == 1);
        names.clear_event();
    }
}

} // namespace

TEST_CASE("A name is looked up in the background, once", "[icmppinger][names]")
{
    NameFinder names;
    const auto loopback = net::resolve("127.0.0.1", 0, SOCK_RAW).front();
    CHECK_FALSE(names.is_found(loopback));
    CHECK(names.name_of(loopback).empty());
    names.find(loopback);
    names.find(loopback);
    wait_for(names, loopback);
    CHECK(names.name_of(loopback) == "localhost");
}

TEST_CASE("A name finder can be destroyed during a look-up", "[icmppinger][names]")
{
    for (int i = 0; i < 20; ++i) {
        NameFinder names;
        if (i % 2 == 0) names.find(net::resolve("127.0.0.1", 0, SOCK_RAW).front());
    }
}
