#include "common/text/printable.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/utf8.h"

namespace net {
namespace {

struct Range {
    unsigned first;
    unsigned last;
};

/// By the bytes of UTF-8, whose order is that of the characters. The controls U+0080 to U+009F
/// command some terminals; those of the direction of text (UAX 9) show a line in another order.
constexpr auto controls = std::to_array<Range>({
    {0xc280, 0xc29f},
    {0xd89c, 0xd89c},     // U+061C
    {0xe2808e, 0xe2808f}, // U+200E to U+200F
    {0xe280aa, 0xe280ae}, // U+202A to U+202E
    {0xe281a6, 0xe281a9}, // U+2066 to U+2069
});

/// The size of the harmless character at the start of `text`; 0 when there is none.
std::size_t harmless(std::string_view text)
{
    const std::size_t size = character_size(text);
    if (size == 1) {
        const bool is_control_character = is_control(text[0]) && text[0] != '\t' && text[0] != '\n';
        return is_ascii(text.substr(0, 1)) && !is_control_character ? 1 : 0;
    }
    unsigned character = 0; // its bytes
    for (const char byte : text.substr(0, size))
        character = character << 8U | static_cast<unsigned char>(byte);
    const bool is_control_character = std::ranges::any_of(controls, [&](const Range& range) {
        return character >= range.first && character <= range.last;
    });
    return is_control_character ? 0 : size;
}

} // namespace

std::string printable(std::string_view text)
{
    std::string safe;
    while (!text.empty()) {
        const std::size_t length = harmless(text);
        if (length == 0) safe += hex_escape(text.front());
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
        const char byte = text[text.size() - back];
        if (is_continuation(byte)) continue;
        return announced_size(byte) > back ? back : 0;
    }
    return 0;
}

} // namespace net
