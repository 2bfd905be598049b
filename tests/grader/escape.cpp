#include "tests/grader/escape.h"

namespace score {
namespace {

constexpr bool is_control(char letter)
{
    return static_cast<unsigned char>(letter) < 0x20;
}

} // namespace

std::string xml(std::string_view text)
{
    std::string escaped;
    for (const char letter : text) {
        switch (letter) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\n':
        case '\t': escaped += letter; break;
        default: escaped += is_control(letter) ? '?' : letter;
        }
    }
    return escaped;
}

std::string json(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string escaped = "\"";
    for (const char letter : text) {
        const auto value = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            escaped += std::string("\\") + letter;
        } else if (letter == '\n') {
            escaped += "\\n";
        } else if (is_control(letter)) {
            escaped += "\\u00";
            escaped += digits[value / digits.size()];
            escaped += digits[value % digits.size()];
        } else {
            escaped += letter;
        }
    }
    return escaped + '"';
}

std::string csv(std::string_view text)
{
    const bool is_formula = text.find_first_of("=+-@\t") == 0 && text != "-";
    std::string safe = (is_formula ? "'" : "") + std::string(text);
    if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
    std::string quoted = "\"";
    for (const char letter : safe) {
        if (letter == '"') quoted += '"';
        quoted += letter;
    }
    return quoted + '"';
}

} // namespace score
