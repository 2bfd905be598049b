#include "webserver/fetch/sha256.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace webserver {
namespace {

using Words = std::array<std::uint32_t, 8>;

// The first 32 bits of the fractions of the cube roots of the first 64 primes (§4.2.2).
constexpr std::array<std::uint32_t, 64> constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

constexpr std::size_t block_size = 64;

/// The message with a 1 bit, zeros and its length in bits behind it, in whole blocks (§5.1.1).
std::string padded(std::string_view bytes)
{
    std::string message(bytes);
    message += '\x80';
    while (message.size() % block_size != block_size - sizeof(std::uint64_t))
        message += '\0';
    const std::uint64_t bits = std::uint64_t{8} * bytes.size();
    for (int shift = 56; shift >= 0; shift -= 8)
        message += static_cast<char>(bits >> shift & 0xff);
    return message;
}

std::array<std::uint32_t, 64> schedule_of(std::string_view block) // §6.2.2, 1
{
    std::array<std::uint32_t, 64> schedule{};
    for (std::size_t i = 0; i < block.size(); ++i) {
        const std::uint32_t byte = static_cast<unsigned char>(block[i]);
        schedule[i / 4] |= byte << (24 - 8 * (i % 4));
    }
    for (std::size_t i = 16; i < schedule.size(); ++i) {
        const std::uint32_t early = schedule[i - 15];
        const std::uint32_t late = schedule[i - 2];
        schedule[i] = schedule[i - 16] + schedule[i - 7] +
                      (std::rotr(early, 7) ^ std::rotr(early, 18) ^ early >> 3) +
                      (std::rotr(late, 17) ^ std::rotr(late, 19) ^ late >> 10);
    }
    return schedule;
}

void mix_in(Words& digest, std::string_view block) // §6.2.2, 2 to 4
{
    const auto schedule = schedule_of(block);
    Words w = digest;
    auto& [a, b, c, d, e, f, g, h] = w;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const std::uint32_t choice = (e & f) ^ (~e & g);
        const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                    choice + constants[i] + schedule[i];
        const std::uint32_t second =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + majority;
        std::rotate(w.begin(), w.end() - 1,
                    w.end()); // every word one place on; the last is replaced
        e += first;
        a = first + second;
    }
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] += w[i];
}

} // namespace

std::string sha256(std::string_view bytes)
{
    Words digest = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}; // §5.3.3
    const std::string message = padded(bytes);
    for (std::size_t at = 0; at < message.size(); at += block_size)
        mix_in(digest, std::string_view(message).substr(at, block_size));

    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint32_t word : digest)
        for (int shift = 28; shift >= 0; shift -= 4)
            text += digits[word >> shift & 0xf];
    return text;
}

} // namespace webserver
