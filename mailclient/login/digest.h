// Digests for SASL mechanisms. digest_openssl.cpp implements them with OpenSSL. Without it the
// functions throw Failure (digest_none.cpp); a login needs TLS anyway.
#pragma once

#include <string>
#include <string_view>

namespace mail {

/// Raw bytes: 16 for MD5, 32 for SHA-256 (RFC 2104).
[[nodiscard]] std::string hmac_md5(std::string_view key, std::string_view text);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);

/// Hi() of RFC 5802 §2.2: 32 bytes.
[[nodiscard]] std::string pbkdf2_sha256(std::string_view password, std::string_view salt,
                                        unsigned iterations);

/// Compares in constant time: the time does not reveal where the texts differ.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b);

} // namespace mail
