#include "common/http/page.h"

namespace http {

std::string escape_html(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\'': escaped += "&#39;"; break;
        default: escaped += c;
        }
    }
    return escaped;
}

std::string page(std::string_view title, std::string_view body)
{
    constexpr std::string_view style =
        ":root { color-scheme: light dark; font: 1.25rem/1.5 system-ui, sans-serif }\n"
        "body { max-width: 48rem; margin: 10vh auto; padding: 0 1rem; overflow-wrap: anywhere }\n"
        "h1 { font-size: 2rem }\n"
        "table { border-collapse: collapse; width: 100% }\n"
        "th { text-align: left } tr { border-bottom: 1px solid #8884 }\n"
        "td, th { padding: .25rem 1rem .25rem 0 }\n"
        "td + td, th + th { text-align: right; white-space: nowrap }\n";
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width\">\n"
                       "<link rel=\"icon\" href=\"data:,\">\n<title>";
    html += escape_html(title);
    html += "</title>\n<style>\n";
    html += style;
    html += "</style>\n";
    html += body;
    return html += "</html>\n";
}

} // namespace http
