#include "common/text/printable.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace net {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i)
{
    return static_cast<unsigned char>(text[i]);
}

bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0U) == 0x80;
}

/// The length of a UTF-8 character that begins with this byte (RFC 3629 §3); 0 when none does.
std::size_t length_by(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/// Some first bytes restrict the second one, which would make the character overlong, a surrogate,
/// beyond U+10FFFF (RFC 3629 §4), or a control character (U+0080 to U+009F).
bool may_follow(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xc2:
    case 0xe0: return second >= 0xa0;
    case 0xed: return second <= 0x9f;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second <= 0x8f;
    default: return true;
    }
}

/// The length of the harmless character at the start of `text`; 0 when there is none.
std::size_t harmless(std::string_view text)
{
    const std::size_t length = length_by(byte_at(text, 0));
    if (length == 1) return net::is_control(text[0]) && text[0] != '\t' && text[0] != '\n' ? 0 : 1;
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(byte_at(text, i))) return 0;
    return may_follow(byte_at(text, 0), byte_at(text, 1)) ? length : 0;
}

} // namespace

std::string printable(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string safe;
    while (!text.empty()) {
        const std::size_t length = harmless(text);
        if (length == 0) {
            const unsigned char byte = byte_at(text, 0);
            safe += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
        safe += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return safe;
}

std::string printable_line(std::string_view text)
{
    std::string line;
    for (const char c : printable(text))
        line += c == '\n' || c == '\t' ? hex_escape(c) : std::string(1, c);
    return line;
}

std::size_t incomplete_suffix(std::string_view text)
{
    constexpr std::size_t longest = 4;
    for (std::size_t back = 1; back < longest && back <= text.size(); ++back) {
        const unsigned char byte = byte_at(text, text.size() - back);
        if (is_continuation(byte)) continue;
        return length_by(byte) > back ? back : 0;
    }
    return 0;
}

} // namespace net
