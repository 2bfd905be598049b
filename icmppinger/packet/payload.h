// The data of an echo: an unpredictable nonce of eight bytes, then a pattern.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "icmppinger/packet/cursor.h"

namespace icmppinger {

/// SipHash-2-4 of one 64-bit number: unpredictable without the key.
using PayloadKey = std::array<std::uint64_t, 2>;
[[nodiscard]] std::uint64_t sip_hash(const PayloadKey& key, std::uint64_t number);

/// A key from the kernel's random numbers.
[[nodiscard]] PayloadKey random_key();
/// A random identifier, never 0.
[[nodiscard]] std::uint16_t random_identifier();

class Payload {
public:
    static constexpr std::size_t nonce_size = 8;

    /// Payloads of `size` bytes: a nonce, truncated if it does not fit, then `pattern`, repeated;
    /// with an empty pattern the bytes count up, as in ping.
    Payload(std::size_t size, const std::vector<std::byte>& pattern, const PayloadKey& key);

    /// The payload of ping `number`, the same at every call. Valid until the next call.
    [[nodiscard]] Bytes of(std::uint64_t number);

private:
    std::vector<std::byte> bytes_;
    PayloadKey key_;
};

/// Parses hexadecimal digits into at most 16 bytes; "f" is 0x0f. Throws net::Error.
[[nodiscard]] std::vector<std::byte> parse_pattern(std::string_view digits);

} // namespace icmppinger
