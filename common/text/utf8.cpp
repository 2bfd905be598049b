#include "mailclient/message/utf8.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace mail {
namespace {

constexpr unsigned char_limit = 0x80;

unsigned byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

/// The character size according to its first byte; 0 when that byte is invalid.
std::size_t announced_size(unsigned first)
{
    constexpr unsigned first_of_two = 0xc2; // 0xc0 and 0xc1 would be overlong
    constexpr unsigned first_of_three = 0xe0;
    constexpr unsigned first_of_four = 0xf0;
    constexpr unsigned last_of_four = 0xf4;
    if (first < char_limit) return 1;
    if (first < first_of_two || first > last_of_four) return 0;
    if (first < first_of_three) return 2;
    return first < first_of_four ? 3 : 4;
}

/// RFC 3629 §4: the second byte excludes overlong forms, surrogates and characters above U+10FFFF.
bool is_second_byte(unsigned first, unsigned second)
{
    switch (first) {
    case 0xe0: return second >= 0xa0 && second <= 0xbf;
    case 0xed: return second >= 0x80 && second <= 0x9f;
    case 0xf0: return second >= 0x90 && second <= 0xbf;
    case 0xf4: return second >= 0x80 && second <= 0x8f;
    default: return second >= 0x80 && second <= 0xbf;
    }
}

/// The size of the well-formed character at the beginning of `text`, 0 when there is none.
std::size_t whole_size(std::string_view text)
{
    constexpr unsigned continuation_mask = 0xc0;
    const std::size_t size = announced_size(byte_at(text, 0));
    if (size == 0 || size > text.size()) return 0;
    if (size > 1 && !is_second_byte(byte_at(text, 0), byte_at(text, 1))) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte_at(text, i) & continuation_mask) != char_limit) return 0;
    return size;
}

} // namespace

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < char_limit; });
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

} // namespace mail
