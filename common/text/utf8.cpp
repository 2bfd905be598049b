#include "common/text/utf8.h"

#include <algorithm>

namespace net {
namespace {

/// RFC 3629 §4: the second byte excludes overlong forms, surrogates and characters above U+10FFFF.
bool is_second_byte(char first, char byte)
{
    const auto second = static_cast<unsigned char>(byte);
    switch (static_cast<unsigned char>(first)) {
    case 0xe0: return second >= 0xa0 && second <= 0xbf;
    case 0xed: return second >= 0x80 && second <= 0x9f;
    case 0xf0: return second >= 0x90 && second <= 0xbf;
    case 0xf4: return second >= 0x80 && second <= 0x8f;
    default: return is_continuation(byte);
    }
}

/// The size of the well-formed character at the beginning of `text`, 0 when there is none.
std::size_t whole_size(std::string_view text)
{
    const std::size_t size = announced_size(text.front());
    if (size == 0 || size > text.size()) return 0;
    if (size > 1 && !is_second_byte(text[0], text[1])) return 0;
    const auto rest = text.substr(1, size - 1);
    return std::ranges::all_of(rest, is_continuation) ? size : 0;
}

} // namespace

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return announced_size(c) == 1; });
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = whole_size(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::size_t character_size(std::string_view text)
{
    return text.empty() ? 0 : std::max<std::size_t>(whole_size(text), 1);
}

std::size_t announced_size(char first)
{
    constexpr unsigned first_of_two = 0xc2; // 0xc0 and 0xc1 would be overlong
    constexpr unsigned first_of_three = 0xe0;
    constexpr unsigned first_of_four = 0xf0;
    constexpr unsigned last_of_four = 0xf4;
    const auto byte = static_cast<unsigned char>(first);
    if (byte < 0x80) return 1;
    if (byte < first_of_two || byte > last_of_four) return 0;
    if (byte < first_of_three) return 2;
    return byte < first_of_four ? 3 : 4;
}

bool is_continuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80;
}

} // namespace net
