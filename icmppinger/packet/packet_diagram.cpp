#include "icmppinger/packet/packet_diagram.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/program/output.h"
#include "common/text/ascii.h"

namespace icmppinger {
namespace {

constexpr std::size_t row_size = 4;
constexpr std::size_t row_bits = 32;
constexpr const char* indent = "    ";

/// "45 00 00 54"
std::string hex_bytes(Bytes bytes)
{
    std::string text;
    for (const std::byte byte : bytes)
        text += (text.empty() ? "" : " ") + net::hex_escape(static_cast<char>(byte)).substr(2);
    return text;
}

std::string fitted(std::string text, std::size_t width)
{
    text.resize(width, ' ');
    return text;
}

std::string line()
{
    std::string text = indent;
    for (std::size_t bit = 0; bit < row_bits; ++bit)
        text += "+-";
    return text + "+\n";
}

} // namespace

void PacketDiagram::row(const std::vector<Field>& fields)
{
    if (text_.empty()) text_ = line();
    text_ += indent;
    for (const Field& field : fields)
        text_ += "|" + fitted(" " + field.text, 2 * field.bits - 1);
    const Bytes bytes = rest_.first(std::min(row_size, rest_.size()));
    text_ += "|  " + hex_bytes(bytes) + "\n" + line();
    rest_ = rest_.subspan(bytes.size());
}

std::string draw_data(Bytes bytes)
{
    constexpr std::size_t per_line = 16;
    constexpr std::size_t most = 64;
    constexpr std::size_t hex_width = 3 * per_line;
    const Bytes shown = bytes.first(std::min(most, bytes.size()));
    std::string text;
    for (std::size_t start = 0; start < shown.size(); start += per_line) {
        const Bytes piece = shown.subspan(start, std::min(per_line, shown.size() - start));
        std::string plain;
        for (const std::byte byte : piece) {
            const auto c = static_cast<char>(byte);
            const bool is_plain = !net::is_control(c) && static_cast<unsigned char>(c) < 0x80;
            plain += is_plain ? c : '.';
        }
        text +=
            std::string(indent) + "| " + fitted(hex_bytes(piece), hex_width) + " " + plain + "\n";
    }
    if (bytes.size() > most)
        text += std::string(indent) + "| ... " + net::count_text(bytes.size() - most, "byte") +
                " more\n";
    return text;
}

std::string hex(std::uint32_t value)
{
    constexpr int base = 16;
    std::array<char, 8> digits{};
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    return "0x" + std::string(std::as_const(digits).data(), end);
}

} // namespace icmppinger
