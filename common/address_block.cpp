#include "common/address_block.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

namespace net {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr unsigned byte_bits = 8;
constexpr unsigned ipv6_bits = 128;
constexpr unsigned mapped_bits = 96; // before the IPv4 address, RFC 4291 §2.5.5.2

Bytes mapped(const void* ipv4)
{
    constexpr std::size_t prefix = mapped_bits / byte_bits;
    Bytes bytes{};
    bytes[prefix - 2] = bytes[prefix - 1] = 0xff;
    std::memcpy(bytes.data() + prefix, ipv4, bytes.size() - prefix);
    return bytes;
}

std::optional<Bytes> bytes_of(const Address& address)
{
    const auto* data = reinterpret_cast<const char*>(address.data());
    if (address.family() == AF_INET) return mapped(data + offsetof(sockaddr_in, sin_addr));
    if (address.family() != AF_INET6) return std::nullopt;
    Bytes bytes{};
    std::memcpy(bytes.data(), data + offsetof(sockaddr_in6, sin6_addr), bytes.size());
    return bytes;
}

template <std::size_t count>
bool is_in_any(const Address& address, const std::array<AddressBlock, count>& blocks)
{
    return std::ranges::any_of(blocks,
                               [&](const AddressBlock& block) { return block.contains(address); });
}

} // namespace

AddressBlock::AddressBlock(const std::string& text)
{
    const auto slash = std::min(text.find('/'), text.size());
    const std::string address = text.substr(0, slash);
    in_addr ipv4{};
    const bool is_ipv4 = ::inet_pton(AF_INET, address.c_str(), &ipv4) == 1;
    if (is_ipv4)
        start_ = mapped(&ipv4);
    else if (::inet_pton(AF_INET6, address.c_str(), start_.data()) != 1)
        throw Error("'" + text + "' does not begin with an IP address");

    const unsigned before = is_ipv4 ? mapped_bits : 0;
    length_ = ipv6_bits;
    if (slash == text.size()) return;
    const auto digits = std::string_view(text).substr(slash + 1);
    const auto [end, status] = std::from_chars(digits.begin(), digits.end(), length_);
    if (status != std::errc() || end != digits.end() || length_ > ipv6_bits - before)
        throw Error("'" + text + "' does not end with a prefix length from 0 to " +
                    std::to_string(ipv6_bits - before));
    length_ += before;
}

bool AddressBlock::contains(const Address& address) const
{
    const auto bytes = bytes_of(address);
    if (!bytes) return false;
    for (unsigned bit = 0; bit < length_; bit += byte_bits) {
        const unsigned differing = (*bytes)[bit / byte_bits] ^ start_[bit / byte_bits];
        const unsigned beyond = byte_bits - std::min(byte_bits, length_ - bit);
        if (differing >> beyond != 0) return false;
    }
    return true;
}

bool leads_to_loopback(const Address& address)
{
    static const std::array<AddressBlock, 4> blocks = {
        AddressBlock("127.0.0.0/8"), AddressBlock("::1"), AddressBlock("0.0.0.0/8"),
        AddressBlock("::")};
    return is_in_any(address, blocks);
}

std::string remedy_for_route(const Address& address, int cause)
{
    static const std::array<AddressBlock, 3> scoped = {
        AddressBlock("fe80::/10"), AddressBlock("ff01::/16"), AddressBlock("ff02::/16")};
    const std::string host = address.host();
    const bool names_interface = host.find('%') != std::string::npos;
    if (is_in_any(address, scoped) && !names_interface)
        return " (add the interface: " + host + "%eth0)";
    if (cause == EACCES) return " (it may be a broadcast address)";
    return cause == EPERM ? " (perhaps a local firewall)" : "";
}

bool is_link_local(const Address& address)
{
    static const std::array<AddressBlock, 2> blocks = {AddressBlock("169.254.0.0/16"),
                                                       AddressBlock("fe80::/10")};
    return is_in_any(address, blocks);
}

Address behind_translation(const Address& address)
{
    static const AddressBlock nat64("64:ff9b::/96");
    static const AddressBlock six_to_four("2002::/16");
    constexpr std::size_t behind_nat64 = 12;
    constexpr std::size_t behind_six_to_four = 2;
    const bool is_nat64 = nat64.contains(address);
    if (!is_nat64 && !six_to_four.contains(address)) return address;
    const std::size_t place = is_nat64 ? behind_nat64 : behind_six_to_four;
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    std::memcpy(&ipv4.sin_addr,
                reinterpret_cast<const char*>(address.data()) + offsetof(sockaddr_in6, sin6_addr) +
                    place,
                sizeof ipv4.sin_addr);
    return {reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4};
}

} // namespace net
