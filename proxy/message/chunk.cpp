#include "proxy/message/chunk.h"

#include <array>
#include <charconv>

namespace proxy {

void append_chunk(std::string& text, std::string_view data)
{
    constexpr int hexadecimal = 16;
    std::array<char, 2 * sizeof(std::size_t)> digits{};
    const auto [end, status] =
        std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), hexadecimal);
    text.append(digits.data(), end);
    text += "\r\n";
    text += data;
    text += "\r\n";
}

void append_last_chunk(std::string& text, const Fields& trailers)
{
    text += "0\r\n";
    append_lines(text, trailers);
    text += "\r\n";
}

} // namespace proxy
