#include "webserver/fetch/fetch_pages.h"

#include <algorithm>
#include <memory>

#include "common/http/date.h"
#include "common/http/page.h"
#include "common/text/ascii.h"
#include "common/text/decimal.h"
#include "webserver/site/file_response.h"

namespace webserver {
namespace {

// Without allow-same-origin, a browser sends the saved page's own requests (images, styles) as
// "cross-site" and without a Referer, like those of another site's page. It has no other effect,
// since the page's scripts do not run.
constexpr std::string_view sandbox = "sandbox allow-same-origin; frame-ancestors 'self'";

/// Without the fields of --header and --cors: no other site may read these pages.
const ResponseSettings no_settings{};

Response response_with(int status)
{
    return bare_response(status, no_settings, http::now());
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

/// The copy, from the time it was fetched.
std::string etag_of(const SavedPage& page)
{
    return "\"" + std::to_string(page.fetched.time_since_epoch().count()) + "-" +
           std::to_string(page.size) + "\"";
}

/// The whole page with a notice at its end, which is no state of the page: without validators.
Response response_with_notice(const Representation& sent, std::string notice)
{
    Response response = response_with(200);
    response.file = sent.file;
    if (sent.file->size > 0) response.parts.push_back({.range = {0, sent.file->size}});
    response.parts.push_back({std::move(notice)});
    response.add_content(sent.type);
    return response;
}

std::string table_row(const SavedPage& page)
{
    const std::string url = http::escape_html(page.url);
    return "<tr><td><a href=\"/" + url + "\">" + url + "</a></td><td>" +
           http::escape_html(page.type) + "</td><td>" + net::size_text(page.size) + "</td><td>" +
           http::format_date(page.fetched) + "</td></tr>\n";
}

} // namespace

Response response_with_saved(Fetched fetched, const http::RequestHead& request)
{
    const SavedPage& page = fetched.copy.page;
    const bool is_old = fetched.how == Fetched::How::origin_away;
    const auto now = http::now();
    const Representation sent{
        .file = std::make_shared<const File>(File{.name = page.url,
                                                  .size = page.size,
                                                  .modified = page.fetched,
                                                  .etag = etag_of(page),
                                                  .content = {},
                                                  .descriptor = std::move(fetched.copy.body)}),
        .validators = {etag_of(page),
                       std::min(http::parse_date(page.last_modified).value_or(page.fetched), now)},
        .type = page.type.empty() ? std::string_view("application/octet-stream") : page.type,
        .coding = page.coding};
    const bool has_notice =
        is_old && request.field("Sec-Fetch-Dest") == "document" && can_be_appended_to(page);
    Response response = has_notice ? response_with_notice(sent, stale_notice(fetched))
                                   : representation_response({request, no_settings, now}, sent);
    response.add("Cache-Control", "no-cache"); // freshness is decided here
    response.add("Cache-Status", cache_status(fetched));
    if (is_old) response.add("Warning", "111 webserver \"Revalidation Failed\""); // RFC 7234 §5.5.2
    response.add("Content-Security-Policy", sandbox);
    response.add("Cross-Origin-Resource-Policy", "same-origin");
    response.add("Referrer-Policy", "same-origin");
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
