#include "webserver/fetch/fetch_pages.h"

#include <algorithm>
#include <memory>

#include "common/http/date.h"
#include "common/http/page.h"
#include "common/text/ascii.h"
#include "common/text/decimal.h"
#include "webserver/fetch/progress.h"

namespace webserver {
namespace {

// Without allow-same-origin, a browser sends the saved page's own requests (images, styles) as
// "cross-site" and without a Referer, like those of another site's page. It has no other effect,
// since the page's scripts do not run.
constexpr std::string_view sandbox = "sandbox allow-same-origin; frame-ancestors 'self'";

/// Without the fields of --header and --cors: no other site may read these pages.
Response response_with(int status)
{
    return bare_response(status, {}, http::now());
}

/// A page of this server, which browsers neither store nor send as a Referer.
Response response_with_page(int status, std::string html)
{
    Response response = response_with(status);
    response.parts.push_back({.text = std::move(html)});
    response.add_content("text/html; charset=utf-8");
    response.add("Cache-Control", "no-store");
    response.add("Referrer-Policy",
                 "no-referrer"); // a Referer would make its links those of a saved page
    response.add("X-Frame-Options", "SAMEORIGIN");
    return response;
}

/// The value of Cache-Status (RFC 9211).
std::string cache_status(const Fetched& fetched)
{
    switch (fetched.how) {
    case Fetched::How::fresh: return "webserver; hit";
    case Fetched::How::revalidated: return "webserver; hit; fwd=stale; fwd-status=304";
    case Fetched::How::saved: return "webserver; fwd=miss; stored";
    case Fetched::How::origin_away: return "webserver; hit; fwd=stale; detail=origin-away";
    }
    return "webserver";
}

/// Whether text appended to the page is displayed: only in HTML that is not compressed.
bool can_be_appended_to(const SavedPage& page)
{
    return page.coding.empty() && net::to_lower(page.type).starts_with("text/html");
}

/// In ASCII and at the end, so that the page's encoding and doctype still work.
std::string stale_notice(const Fetched& fetched)
{
    return "\n<p role=\"status\" style=\"all: initial; position: fixed; inset: auto 0 0 0; "
           "padding: "
           "0.7em 1em; background: #fff3c4; color: #3d2f00; border-top: 2px solid #c99700; font: "
           "16px/1.4 system-ui, sans-serif; z-index: 2147483647\">This is the copy that was saved "
           "on " +
           http::format_date(fetched.copy.page.fetched) +
           ". The current page is not available: " + http::escape_html(fetched.away_reason) +
           "</p>\n";
}

std::string table_row(const SavedPage& page)
{
    const std::string url = http::escape_html(page.url);
    return "<tr><td><a href=\"/" + url + "\">" + url + "</a></td><td>" +
           http::escape_html(page.type) + "</td><td>" + net::size_text(page.size) + "</td><td>" +
           http::format_date(page.fetched) + "</td></tr>\n";
}

} // namespace

Response response_with_saved(Fetched fetched, bool notice)
{
    const SavedPage& page = fetched.copy.page;
    const bool is_old = fetched.how == Fetched::How::origin_away;
    Response response = response_with(200);
    if (page.size > 0) response.parts.push_back({.text = {}, .range = {0, page.size}});
    if (notice && is_old && can_be_appended_to(page))
        response.parts.push_back({stale_notice(fetched)});
    response.add_content(page.type.empty() ? "application/octet-stream" : page.type);
    if (!page.coding.empty()) response.add("Content-Encoding", page.coding);
    if (const auto modified = http::parse_date(page.last_modified))
        response.add("Last-Modified", http::format_date(std::min(*modified, http::now())));
    response.add("Cache-Control", "no-cache"); // freshness is decided here
    response.add("Cache-Status", cache_status(fetched));
    if (is_old) response.add("Warning", "111 webserver \"Revalidation Failed\""); // RFC 7234 §5.5.2
    response.add("Content-Security-Policy", sandbox);
    response.add("Cross-Origin-Resource-Policy", "same-origin");
    response.add("Referrer-Policy", "same-origin");
    response.file = std::make_shared<const File>(File{.name = page.url,
                                                      .size = page.size,
                                                      .modified = page.fetched,
                                                      .etag = {},
                                                      .content = {},
                                                      .descriptor = std::move(fetched.copy.body)});
    return response;
}

Response response_with_list(const std::vector<SavedPage>& pages)
{
    std::string body = "<h1>Saved pages</h1>\n"
                       "<form action=\"/-/fetch\"><label>Save another page: <input name=\"url\" "
                       "placeholder=\"http://example.org/\" required></label> "
                       "<button>Fetch</button></form>\n";
    if (pages.empty()) {
        body += "<p>No pages are saved yet.</p>\n";
    } else {
        body += "<table>\n<tr><th>Page</th><th>Type</th><th>Size</th><th>Saved</th></tr>\n";
        for (const SavedPage& saved : pages)
            body += table_row(saved);
        body += "</table>\n";
    }
    return response_with_page(200,
                              http::page("Saved pages", body + "<p><a href=\"/\">To the first page"
                                                               "</a></p>\n"));
}

Response response_with_redirect(const std::string& location)
{
    Response response = response_with(302);
    response.add("Location", location);
    response.add("Content-Length", "0");
    response.add("Cache-Control", "no-store");
    return response;
}

Response response_with_failure(int status, std::string_view reason)
{
    return response_with_page(status, status_page(status, reason));
}

} // namespace webserver
