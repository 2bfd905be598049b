#include "common/text/printable.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/utf8.h"

namespace net {
namespace {

/// The size of the harmless character at the start of `text`; 0 when there is none. The controls
/// U+0080 to U+009F command some terminals.
std::size_t harmless(std::string_view text)
{
    constexpr std::string_view first_of_controls = "\xc2";
    constexpr unsigned char after_controls = 0xa0;
    const std::size_t size = character_size(text);
    if (size == 1) {
        const bool is_control_character = is_control(text[0]) && text[0] != '\t' && text[0] != '\n';
        return is_ascii(text.substr(0, 1)) && !is_control_character ? 1 : 0;
    }
    const bool is_c1_control =
        text.starts_with(first_of_controls) && static_cast<unsigned char>(text[1]) < after_controls;
    return is_c1_control ? 0 : size;
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
