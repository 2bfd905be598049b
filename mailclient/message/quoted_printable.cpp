#include "mailclient/message/quoted_printable.h"

#include "common/text/ascii.h"

namespace mail {
namespace {

constexpr std::size_t longest_line = 76;

std::string encoded(char c)
{
    constexpr std::string_view digits = "0123456789ABCDEF"; // capitals, RFC 2045 §6.7 (1)
    const auto byte = static_cast<unsigned char>(c);
    return {'=', digits[byte >> 4], digits[byte & 15]};
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_unencoded(char c)
{
    return is_blank(c) || (static_cast<unsigned char>(c) < 0x80 && !net::is_control(c) && c != '=');
}

void append_line(std::string& out, std::string_view line)
{
    std::size_t width = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool is_last = i + 1 == line.size();
        const bool looks_special =
            width == 0 && (line[i] == '.' || line.substr(i).starts_with("From "));
        const bool is_plain =
            is_unencoded(line[i]) && !looks_special && !(is_last && is_blank(line[i]));
        const std::string piece = is_plain ? std::string(1, line[i]) : encoded(line[i]);
        if (width + piece.size() > longest_line - (is_last ? 0 : 1)) {
            out += "=\r\n"; // soft line break, §6.7 (5)
            width = 0;
        }
        out += piece;
        width += piece.size();
    }
}

} // namespace

std::string quoted_printable(std::string_view text)
{
    std::string out;
    for (;;) {
        const auto end = text.find("\r\n");
        append_line(out, text.substr(0, end));
        if (end == std::string_view::npos) return out;
        out += "\r\n";
        text.remove_prefix(end + 2);
    }
}

} // namespace mail
