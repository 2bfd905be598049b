#include "webserver/target_policy.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace webserver {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// The addresses whose first `length` bits are those of `start`.
struct Block {
    std::array<std::uint8_t, 16> start;
    unsigned length;
    std::string_view name;
};

// IANA's special-purpose registries (RFC 6890), less documentation.
constexpr auto ipv4_blocks = std::to_array<Block>({
    {{0}, 8, "an address of this host (0.0.0.0/8)"},
    {{10}, 8, "a private address (10.0.0.0/8)"},
    {{100, 64}, 10, "a provider's shared address (100.64.0.0/10)"},
    {{127}, 8, "a loopback address (127.0.0.0/8)"},
    {{169, 254}, 16, "a link-local address (169.254.0.0/16)"},
    {{172, 16}, 12, "a private address (172.16.0.0/12)"},
    {{192, 0, 0}, 24, "a protocol's own address (192.0.0.0/24)"},
    {{192, 168}, 16, "a private address (192.168.0.0/16)"},
    {{198, 18}, 15, "an address for benchmarks (198.18.0.0/15)"},
    {{224}, 4, "a multicast address (224.0.0.0/4)"},
    {{240}, 4, "a reserved or broadcast address (240.0.0.0/4)"},
});
constexpr auto ipv6_blocks = std::to_array<Block>({
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "the loopback address (::1)"},
    {{0}, 96, "an address of this host, or IPv4 in disguise (::/96)"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "an IPv4-mapped address (::ffff:0:0/96)"},
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48, "a local translator's address (64:ff9b:1::/48)"},
    {{0x01}, 64, "a black hole (100::/64)"},
    {{0x20, 0x01, 0, 0}, 32, "a Teredo address (2001::/32)"},
    {{0xfc}, 7, "a private address (fc00::/7)"},
    {{0xfe, 0x80}, 10, "a link-local address (fe80::/10)"},
    {{0xfe, 0xc0}, 10, "a site-local address (fec0::/10)"},
    {{0xff}, 8, "a multicast address (ff00::/8)"},
});

bool is_in(Bytes address, const Block& block)
{
    constexpr unsigned bits = 8;
    const unsigned whole = block.length / bits;
    const unsigned rest = block.length % bits;
    const auto differing = [&](unsigned i) { return address[i] ^ block.start[i]; };
    for (unsigned i = 0; i < whole; ++i)
        if (differing(i) != 0) return false;
    return rest == 0 || differing(whole) >> (bits - rest) == 0;
}

std::string_view find(Bytes address, std::span<const Block> blocks)
{
    const auto found =
        std::ranges::find_if(blocks, [&](const Block& block) { return is_in(address, block); });
    return found == blocks.end() ? std::string_view() : found->name;
}

std::string_view special_use_of_ipv6(Bytes address)
{
    constexpr Block nat64{{0, 0x64, 0xff, 0x9b}, 96, ""}; // 64:ff9b::192.0.2.1, RFC 6052
    constexpr Block six_to_four{{0x20, 0x02}, 16, ""};    // 2002:c000:201::, RFC 3056
    if (is_in(address, nat64)) return find(address.last(4), ipv4_blocks);
    if (is_in(address, six_to_four)) return find(address.subspan(2, 4), ipv4_blocks);
    return find(address, ipv6_blocks);
}

/// The address in network byte order, 4 or 16 bytes of `storage`; nothing for another family.
Bytes bytes_of(const net::Address& address, std::array<std::uint8_t, 16>& storage)
{
    const auto* data = reinterpret_cast<const char*>(address.data());
    if (address.family() == AF_INET) {
        std::memcpy(storage.data(), data + offsetof(sockaddr_in, sin_addr), 4);
        return Bytes(storage).first(4);
    }
    if (address.family() != AF_INET6) return {};
    std::memcpy(storage.data(), data + offsetof(sockaddr_in6, sin6_addr), 16);
    return storage;
}

} // namespace

std::string_view special_use(const net::Address& address)
{
    std::array<std::uint8_t, 16> storage{};
    const Bytes bytes = bytes_of(address, storage);
    if (bytes.empty()) return "an address of another family than IP";
    return bytes.size() == 4 ? find(bytes, ipv4_blocks) : special_use_of_ipv6(bytes);
}

bool is_loopback(const net::Address& address)
{
    constexpr Block ipv4{{127}, 8, ""};
    constexpr Block mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127}, 104, ""};
    constexpr Block ipv6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, ""};
    std::array<std::uint8_t, 16> storage{};
    const Bytes bytes = bytes_of(address, storage);
    if (bytes.size() == 4) return is_in(bytes, ipv4);
    return !bytes.empty() && (is_in(bytes, mapped) || is_in(bytes, ipv6));
}

} // namespace webserver
