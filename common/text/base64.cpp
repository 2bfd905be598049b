#include "common/text/base64.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace net {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned six_bits = 63;
constexpr unsigned twelve_bits = 4095;

using Pair = std::array<char, 2>;

/// The two characters for each 12-bit value: half the look-ups, and the table fits the L1 cache.
constexpr auto pairs = [] {
    std::array<Pair, twelve_bits + 1> table{};
    for (unsigned bits = 0; bits <= twelve_bits; ++bits)
        table[bits] = {alphabet[bits >> 6], alphabet[bits & six_bits]};
    return table;
}();

constexpr char padding = '=';

unsigned byte_at(const char* bytes, std::size_t at)
{
    return static_cast<unsigned char>(bytes[at]);
}

/// Three bytes -> four characters.
//   |  byte 0  |  byte 1  |  byte 2  |
//   | pair of 12 bits | pair of 12 bits |
void encode_group(const char* bytes, char* out)
{
    const unsigned bits = byte_at(bytes, 0) << 16 | byte_at(bytes, 1) << 8 | byte_at(bytes, 2);
    std::memcpy(out, pairs[bits >> 12].data(), 2);
    std::memcpy(out + 2, pairs[bits & twelve_bits].data(), 2);
}

/// Returns the end of the characters written.
char* encode(std::string_view bytes, char* out)
{
    while (bytes.size() >= 3) {
        encode_group(bytes.data(), out);
        bytes.remove_prefix(3);
        out += 4;
    }
    if (bytes.empty()) return out;
    std::array<char, 3> last{};
    bytes.copy(last.data(), last.size());
    encode_group(last.data(), out);
    std::fill(out + bytes.size() + 1, out + 4, padding);
    return out + 4;
}

constexpr std::uint64_t encoded_size(std::uint64_t bytes)
{
    return (bytes + 2) / 3 * 4;
}

/// -1 for a character outside the alphabet.
int value_of(char character)
{
    const auto at = alphabet.find(character);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

std::string base64(std::string_view bytes)
{
    std::string text(encoded_size(bytes.size()), '\0');
    encode(bytes, text.data());
    return text;
}

std::string base16(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

void append_base64_lines(std::string& lines, std::string_view bytes)
{
    const std::size_t begin = lines.size();
    lines.resize(begin + base64_lines_size(bytes.size()));
    for (char* out = lines.data() + begin; !bytes.empty();) {
        const auto line = bytes.substr(0, bytes_a_line);
        out = encode(line, out);
        *out++ = '\r';
        *out++ = '\n';
        bytes.remove_prefix(line.size());
    }
}

std::uint64_t base64_lines_size(std::uint64_t bytes)
{
    const std::uint64_t lines = (bytes + bytes_a_line - 1) / bytes_a_line;
    return encoded_size(bytes) + 2 * lines;
}

std::optional<std::string> base64_decoded(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    const auto padded = std::min<std::size_t>(2, text.size() - text.find_last_not_of(padding) - 1);
    if (!text.empty() && padded > 0) text.remove_suffix(padded);

    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char character : text) {
        const int value = value_of(character);
        if (value < 0) return std::nullopt;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xff);
    }
    return bytes;
}

} // namespace net
