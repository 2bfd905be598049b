// The text head of a stored response: what it answers, when it came, what belongs to it, and the
// response's own head. It reads like this, and `cat` shows it:
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
// A partial response (RFC 9111 §3.3) has a line "Part: bytes 500-1733/5000" besides, and what was
// asked for with a cookie a line "Cookie: in the request".
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

/// Which bytes of the whole a partial response has.
struct Part {
    http::ByteRange range;
    std::uint64_t complete_size = 0;

    friend bool operator==(const Part&, const Part&) = default;
};

/// "bytes 500-1733/5000" (RFC 9110 §14.4); nothing for what is malformed or of unknown size.
[[nodiscard]] std::optional<Part> parse_content_range(std::string_view value);

/// What a head is made from.
struct Outline {
    std::string_view url; // canonical
    Variant variant{};
    Exchanged exchanged{};
    int status = 0;
    std::string_view reason{};
    std::vector<http::Field> fields{}; // those that are kept
    std::uint64_t body_size = 0;
    std::uint64_t body_sum = 0;
    std::optional<Part> part{};
    bool was_asked_with_cookie = false; // it may have been made for one person
};

/// Never changed once it is made.
class StoredHead {
public:
    /// What these fields say; they are copied. A Date is added where there is none (RFC 9110
    /// §6.6.1).
    [[nodiscard]] static std::shared_ptr<const StoredHead> make(const Outline& outline);
    /// Reads a head's text; nothing unless it is whole and every line is as make() writes it.
    [[nodiscard]] static std::shared_ptr<const StoredHead> parse(std::string text);

    [[nodiscard]] const std::string& text() const { return text_; }
    /// Views are into text().
    [[nodiscard]] const Outline& outline() const { return outline_; }
    [[nodiscard]] const std::vector<http::Field>& fields() const { return outline_.fields; }
    [[nodiscard]] const CacheControl& control() const { return control_; }
    [[nodiscard]] const Lifespan& lifespan() const { return lifespan_; }
    [[nodiscard]] int status() const { return outline_.status; }

private:
    explicit StoredHead(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] bool read();
    [[nodiscard]] bool read_record(const std::vector<http::Field>& record);

    std::string text_;
    Outline outline_;
    CacheControl control_;
    Lifespan lifespan_;
};

/// 64 bits of FNV-1a, which tell files apart and find damage, and resist no attacker: what a name
/// made from it leads to is compared with what was looked for.
class Sum {
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

[[nodiscard]] inline std::uint64_t sum_of(std::string_view bytes)
{
    Sum sum;
    sum.add(bytes);
    return sum.value();
}

/// 16 hexadecimal digits.
[[nodiscard]] std::string hex(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view digits);

} // namespace proxy
