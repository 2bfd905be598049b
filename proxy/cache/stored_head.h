// The text head of a stored response: URL, variant, times, body size and checksum, and the
// response's own head. Example of a file:
//
//     URL: http://example.org/a
//     Variant: accept-encoding: gzip
//     Requested: Sun, 06 Nov 1994 08:49:37 GMT
//     Received: Sun, 06 Nov 1994 08:49:38 GMT
//     Body: 1234 bytes, sum 00f3a1b2c3d4e5f6
//
//     HTTP/1.1 200 OK
//     Content-Type: text/html
//
// A partial response (RFC 9111 §3.3) also has a line "Part: bytes 500-1733/5000", and the response
// to a request with a cookie a line "Cookie: in the request".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/http/ranges.h"
#include "proxy/cache/cache_control.h"
#include "proxy/cache/freshness.h"
#include "proxy/cache/vary.h"

namespace proxy {

/// The bytes of the whole object that a partial response contains.
struct StoredRange {
    http::ByteRange range;
    std::uint64_t complete_size = 0;

    friend bool operator==(const StoredRange&, const StoredRange&) = default;
};

/// Parses "bytes 500-1733/5000" (RFC 9110 §14.4). Nothing when it is malformed or the size is
/// unknown.
[[nodiscard]] std::optional<StoredRange> parse_content_range(std::string_view value);

/// The data that a head is made from.
struct StoredResponseMeta {
    std::string_view url; // canonical
    Variant variant{};
    RequestTimes times{};
    int status = 0;
    std::string_view reason{};
    std::vector<http::Field> fields{}; // those that are stored
    std::uint64_t body_size = 0;
    std::uint64_t body_hash = 0;
    std::optional<StoredRange> part{};
    bool request_had_cookie = false; // it may be specific to one user
};

/// Immutable.
class StoredHead {
public:
    /// Makes a head; the fields are copied. Adds a Date when there is none (RFC 9110 §6.6.1).
    [[nodiscard]] static std::shared_ptr<const StoredHead> make(const StoredResponseMeta& meta);
    /// Parses a head's text. Nothing unless it is complete and every line is as make() writes it.
    [[nodiscard]] static std::shared_ptr<const StoredHead> parse(std::string text);

    [[nodiscard]] const std::string& text() const { return text_; }
    /// Views are into text().
    [[nodiscard]] const StoredResponseMeta& meta() const { return meta_; }
    [[nodiscard]] const std::vector<http::Field>& fields() const { return meta_.fields; }
    [[nodiscard]] const CacheControl& control() const { return control_; }
    [[nodiscard]] const Lifespan& lifespan() const { return lifespan_; }
    [[nodiscard]] int status() const { return meta_.status; }

private:
    explicit StoredHead(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] bool read();
    [[nodiscard]] bool read_record(const std::vector<http::Field>& record);

    std::string text_;
    StoredResponseMeta meta_;
    CacheControl control_;
    Lifespan lifespan_;
};

/// 64-bit FNV-1a: names files and detects damage. Not collision-resistant: an entry found by hash
/// is compared with the URL that was looked up.
class Fnv1a {
public:
    void add(std::string_view bytes)
    {
        constexpr std::uint64_t prime = 0x100000001b3;
        for (const char c : bytes)
            value_ = (value_ ^ static_cast<unsigned char>(c)) * prime;
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

[[nodiscard]] inline std::uint64_t hash_of(std::string_view bytes)
{
    Fnv1a hash;
    hash.add(bytes);
    return hash.value();
}

/// 16 hexadecimal digits.
[[nodiscard]] std::string hex(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view digits);

} // namespace proxy
