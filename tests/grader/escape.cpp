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
