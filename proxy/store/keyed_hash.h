// The hash of the store's index.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proxy {

/// Spreads hashes of URLs over buckets by a random key, so that nobody can choose URLs that all
/// fall into one.
class KeyedHash {
public:
    [[nodiscard]] std::size_t operator()(std::uint64_t value) const;

private:
    std::uint64_t key_ = random_key();
    [[nodiscard]] static std::uint64_t random_key();
};

} // namespace proxy
