#include "common/address.h"

#include "catch.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

using net::Address;

TEST_CASE("A numeric address is shown in its shortest form, with its port", "[common][address]")
{
    struct Row {
        const char *given, *host, *text;
        int family;
    };
    for (const auto& [given, host, text, family] :
         {Row{"192.0.2.1", "192.0.2.1", "192.0.2.1:80", AF_INET},
          {"2001:DB8:0::0:1", "2001:db8::1", "[2001:db8::1]:80", AF_INET6},
          {"[2001:db8::1]", "2001:db8::1", "[2001:db8::1]:80", AF_INET6},
          {"::", "::", "[::]:80", AF_INET6},
          {"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1:80", AF_INET6},
          {"[::ffff:c000:201]", "192.0.2.1", "192.0.2.1:80", AF_INET6}}) {
        CAPTURE(given);
        const auto found = net::resolve(given, 80, SOCK_STREAM);
        REQUIRE(found.size() == 1);
        CHECK(found[0].host() == host);
        CHECK(found[0].text() == text);
        CHECK(found[0].port() == 80);
        CHECK(found[0].family() == family);
    }
}

TEST_CASE("Every type of socket has an address, a raw one has no port", "[common][address]")
{
    CHECK(net::resolve("127.0.0.1", 65535, SOCK_STREAM).front().port() == 65535);
    CHECK(net::resolve("127.0.0.1", 7, SOCK_DGRAM).front().port() == 7);
    CHECK(net::resolve("127.0.0.1", 7, SOCK_RAW).front().port() == 0);
    for (const Address& address : net::resolve("localhost", 1, SOCK_STREAM))
        CHECK((address.host() == "127.0.0.1" || address.host() == "::1"));
}

TEST_CASE("Another port leaves the address as it is", "[common][address]")
{
    for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
        const Address address = net::resolve(host, 80, SOCK_STREAM).front();
        CHECK(address.with_port(12000).text() == net::host_and_port(host, 12000));
        CHECK(address.with_port(12000).with_port(80) == address);
    }
}

TEST_CASE("An IPv4-mapped address stands for the IPv4 address", "[common][address]")
{
    const auto first = [](const char* host) { return net::resolve(host, 80, SOCK_DGRAM).front(); };
    CHECK(first("::ffff:192.0.2.1").unmapped() == first("192.0.2.1"));
    for (const char* host : {"192.0.2.1", "::1", "::192.0.2.1", "64:ff9b::192.0.2.1"})
        CHECK(first(host).unmapped() == first(host));
}

TEST_CASE("A name that cannot be looked up is named in the error", "[common][address]")
{
    CHECK_THROWS_AS(net::resolve("no.such.host.invalid", 80, SOCK_STREAM), net::LookupError);
    CHECK_THROWS_WITH(net::resolve("no.such.host.invalid", 80, SOCK_STREAM),
                      StartsWith("look up no.such.host.invalid: "));
    for (const char* host : {"", "[]", "1.2.3.4.5 6", ":::"}) { // without a DNS query
        CAPTURE(host);
        try {
            const auto found = net::resolve(host, 80, SOCK_STREAM);
            FAIL("it was found");
        } catch (const net::LookupError& error) {
            CHECK_FALSE(error.is_temporary());
        }
    }
}

TEST_CASE("The wildcards are :: and 0.0.0.0", "[common][address]")
{
    CHECK(Address::any_ipv6(80).text() == "[::]:80");
    CHECK(Address::any_ipv4(65535).text() == "0.0.0.0:65535");
}

TEST_CASE("An address is a copy of what the kernel filled in", "[common][address]")
{
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_port = htons(8080);
    ::inet_pton(AF_INET, "198.51.100.7", &source.sin_addr);
    std::array<char, 256> long_one{};
    std::memcpy(long_one.data(), &source, sizeof source);

    const Address exact(reinterpret_cast<const sockaddr*>(&source), sizeof source);
    const Address cut(reinterpret_cast<const sockaddr*>(long_one.data()), long_one.size());
    source = {}; // does not change the copy
    CHECK(exact.text() == "198.51.100.7:8080");
    CHECK(exact.size() == sizeof source);
    CHECK(cut.port() == 8080);
    CHECK(cut.size() == sizeof(sockaddr_in6));
    CHECK(std::memcmp(exact.data(), cut.data(), exact.size()) == 0);
}

TEST_CASE("An empty address has no port and the text ?", "[common][address]")
{
    CHECK(Address().port() == 0);
    CHECK(Address().text() == "?:0");
    CHECK(Address().size() == 0);
}

TEST_CASE("Only a socket has a local address", "[common][address]")
{
    CHECK_THROWS_WITH(net::local_address(-1),
                      "get the local address of a socket: Bad file descriptor");
}

TEST_CASE("An IPv6 address in front of a port has brackets, once", "[common][address]")
{
    CHECK(net::host_and_port("example.org", 80) == "example.org:80");
    CHECK(net::host_and_port("2001:db8::1", 80) == "[2001:db8::1]:80");
    CHECK(net::host_and_port("[2001:db8::1]", 80) == "[2001:db8::1]:80");
    CHECK(net::host_and_port("", 0) == ":0");
}

TEST_CASE("Addresses are equal when family, port and address are", "[common][address]")
{
    const auto address = [](const char* host, std::uint16_t port) {
        return net::resolve(host, port, SOCK_DGRAM).front();
    };
    CHECK(address("192.0.2.1", 80) == address("192.0.2.1", 80));
    CHECK(address("192.0.2.1", 80) != address("192.0.2.1", 81));
    CHECK(address("192.0.2.1", 80) != address("192.0.2.2", 80));
    CHECK(address("::1", 80) == address("::1", 80));
    CHECK(address("::1", 80) != address("0.0.0.1", 80));
    const bool one_way = address("192.0.2.1", 80) < address("192.0.2.2", 80);
    CHECK(one_way != (address("192.0.2.2", 80) < address("192.0.2.1", 80)));
}
