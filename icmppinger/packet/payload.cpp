#include "icmppinger/packet/payload.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>

#include "common/error.h"
#include "common/text/number.h"

namespace icmppinger {
namespace {

using State = std::array<std::uint64_t, 4>;

void sip_round(State& v)
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = std::rotl(v[1], 13) ^ v[0];
    v[3] = std::rotl(v[3], 16) ^ v[2];
    v[0] = std::rotl(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = std::rotl(v[1], 17) ^ v[2];
    v[3] = std::rotl(v[3], 21) ^ v[0];
    v[2] = std::rotl(v[2], 32);
}

/// Mixes in one word: two rounds, the "2" of SipHash-2-4.
void compress(State& v, std::uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

template <typename Random> Random random()
{
    Random value{};
    if (::getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value))
        net::fail("get random numbers");
    return value;
}

} // namespace

std::uint64_t sip_hash(const PayloadKey& key, std::uint64_t number)
{
    State v{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
            key[1] ^ 0x7465646279746573};
    compress(v, number);
    compress(v, std::uint64_t{sizeof number} << 56); // the length in bytes, none left over
    v[2] ^= 0xff;
    for (int round = 0; round < 4; ++round)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

PayloadKey random_key()
{
    return random<PayloadKey>();
}

std::uint16_t random_identifier()
{
    const auto number = random<std::uint16_t>();
    return number == 0 ? 1 : number; // 0 asks an unprivileged socket to choose
}

Payload::Payload(std::size_t size, const std::vector<std::byte>& pattern, const PayloadKey& key)
    : bytes_(size), key_(key)
{
    for (std::size_t i = nonce_size; i < size; ++i)
        bytes_[i] = pattern.empty() ? static_cast<std::byte>(i)
                                    : pattern[(i - nonce_size) % pattern.size()];
}

Bytes Payload::of(std::uint64_t number)
{
    const auto nonce = std::bit_cast<std::array<std::byte, nonce_size>>(sip_hash(key_, number));
    std::copy_n(nonce.begin(), std::min(nonce_size, bytes_.size()), bytes_.begin());
    return bytes_;
}

std::vector<std::byte> parse_pattern(std::string_view digits)
{
    constexpr std::size_t most = 16;
    constexpr int base = 16;
    std::vector<std::byte> pattern;
    if (digits.empty()) throw net::Error("--pattern needs hexadecimal digits");
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const std::string_view pair = digits.substr(i, 2);
        const auto value = net::parse_number<std::uint8_t>(pair, base);
        if (!value)
            throw net::Error("--pattern '" + std::string(digits) + "' is not a hexadecimal number");
        pattern.push_back(static_cast<std::byte>(*value));
    }
    if (pattern.size() > most) throw net::Error("--pattern takes 16 bytes at most");
    return pattern;
}

} // namespace icmppinger
