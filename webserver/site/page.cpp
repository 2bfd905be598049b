#include "webserver/site/page.h"

#include "common/http/message.h"

namespace webserver {

std::string status_page(int status, std::string_view explanation)
{
    const std::string title =
        std::to_string(status) + " " + std::string(http::reason_phrase(status));
    return page(title, "<h1>" + title + "</h1>\n<p>" + escape_html(explanation) +
                           "</p>\n<p><a href=\"/\">To the first page</a></p>\n");
}

} // namespace webserver
