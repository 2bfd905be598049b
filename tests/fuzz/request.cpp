// A request's head as any server here reads it: decided early or late, but always the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace {

using Parsed = std::variant<http::Incomplete, http::Malformed, http::RequestHead>;

bool is_sound(const http::RequestHead& head, std::string_view bytes)
{
    const bool is_whole = head.size <= bytes.size() && head.size <= http::max_head;
    const bool has_target = !head.target.empty() && head.target.size() <= http::max_target &&
                            head.target.find_first_of(" \t\r\n#") == std::string_view::npos;
    return is_whole && has_target && http::is_token(head.method) &&
           head.fields.size() <= http::max_fields && head.framing != http::Framing::until_close;
}

/// What has been decided of a part stays so for the whole.
void check_prefix(std::string_view bytes, std::size_t length, const Parsed& whole)
{
    const Parsed part = http::parse_request(bytes.substr(0, length));
    if (const auto* bad = std::get_if<http::Malformed>(&part)) {
        const auto* same = std::get_if<http::Malformed>(&whole);
        if (same == nullptr || same->status != bad->status) std::abort();
    }
    if (const auto* head = std::get_if<http::RequestHead>(&part)) {
        const auto* same = std::get_if<http::RequestHead>(&whole);
        if (same == nullptr || same->size != head->size || same->target != head->target)
            std::abort();
    }
}

void check(std::string_view bytes)
{
    const Parsed whole = http::parse_request(bytes);
    const auto* head = std::get_if<http::RequestHead>(&whole);
    if (head != nullptr && !is_sound(*head, bytes)) std::abort();
    for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 16)
        check_prefix(bytes, length, whole);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check("GET / HTTP/1.1\r\nHost: a\r\n" + bytes);
    check("POST / HTTP/1.1\r\nHost: a\r\n" + bytes + "\r\n\r\n");
    return 0;
}
