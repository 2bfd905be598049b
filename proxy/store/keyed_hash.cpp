#include "proxy/store/keyed_hash.h"

#include <random>

namespace proxy {

/// The finalizer of SplitMix64: each bit of the key and the value changes half of the result's.
std::size_t KeyedHash::operator()(std::uint64_t value) const
{
    value ^= key_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return static_cast<std::size_t>(value ^ (value >> 31U));
}

std::uint64_t KeyedHash::random_key()
{
    std::random_device random;
    return std::uint64_t{random()} << 32U | random();
}

} // namespace proxy
