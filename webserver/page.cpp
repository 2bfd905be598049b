#include "webserver/page.h"

#include "common/http/message.h"

namespace webserver {

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

std::string status_page(int status, std::string_view explanation)
{
    const std::string title =
        std::to_string(status) + " " + std::string(http::reason_phrase(status));
    return "<!DOCTYPE html>\n"
           "<html lang=\"en\">\n"
           "<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n"
           "<link rel=\"icon\" href=\"data:,\">\n"
           "<title>" +
           title +
           "</title>\n"
           "<style>\n"
           ":root { color-scheme: light dark; font: 1.25rem/1.5 system-ui, sans-serif }\n"
           "body { max-width: 36rem; margin: 15vh auto; padding: 0 1rem }\n"
           "h1 { font-size: 2rem }\n"
           "</style>\n"
           "<h1>" +
           title +
           "</h1>\n"
           "<p>" +
           escape_html(explanation) +
           "</p>\n"
           "<p><a href=\"/\">To the first page</a></p>\n"
           "</html>\n";
}

} // namespace webserver
