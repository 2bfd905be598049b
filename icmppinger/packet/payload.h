// What a ping carries: eight bytes that only we can know, then a pattern.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "icmppinger/packet/cursor.h"

namespace icmppinger {

/// SipHash-2-4 of one 64-bit number: nobody without the key can tell what another number gives.
using Key = std::array<std::uint64_t, 2>;
[[nodiscard]] std::uint64_t sip_hash(const Key& key, std::uint64_t number);

/// A key from the kernel's random numbers.
[[nodiscard]] Key random_key();
/// A random identifier, never 0.
[[nodiscard]] std::uint16_t random_identifier();

class Payload {
public:
    static constexpr std::size_t nonce_size = 8;

    /// Payloads of that size, which begin with a nonce as far as it fits. `pattern` is repeated
    /// behind it; when it is empty the bytes count up, as ping's do.
    Payload(std::size_t size, const std::vector<std::byte>& pattern, const Key& key);

    /// Ping `number`'s payload, the same whenever it is asked for. Valid until the next call.
    [[nodiscard]] Bytes of(std::uint64_t number);

private:
    std::vector<std::byte> bytes_;
    Key key_;
};

/// The bytes that hexadecimal digits mean, 16 at most; "f" is 0x0f. Throws net::Error.
[[nodiscard]] std::vector<std::byte> parse_pattern(std::string_view digits);

} // namespace icmppinger
