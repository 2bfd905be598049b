#include "webserver/fetch_pages.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "common/ascii.h"
#include "common/error.h"
#include "common/http/date.h"
#include "webserver/page.h"
#include "webserver/progress.h"

namespace webserver {
namespace {

// allow-same-origin: only so does a browser tell a saved page's own images and styles from a
// foreign page's attempts (without it both are "cross-site", and there is no Referer). It gives the
// page nothing else, since its scripts do not run.
constexpr std::string_view sandbox = "sandbox allow-same-origin; frame-ancestors 'self'";

/// A page of our own, which tells nobody that it was looked at.
Reply reply_with_page(int status, std::string page)
{
    Reply reply = bare_reply(status, {}, http::now());
    reply.parts.push_back({.text = std::move(page)});
    reply.add_content("text/html; charset=utf-8");
    reply.add("Cache-Control", "no-store");
    reply.add("Referrer-Policy", "no-referrer"); // so that its links lead to the site, not through
    reply.add("X-Frame-Options", "SAMEORIGIN");
    return reply;
}

/// What has been done, in the words of RFC 9211.
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

bool is_html(std::string_view type)
{
    return net::to_lower(type).starts_with("text/html");
}

std::string content_of(const SavedCopy& copy)
{
    std::string content(copy.page.size, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t count = ::pread(copy.body.get(), content.data() + filled,
                                      content.size() - filled, static_cast<off_t>(filled));
        if (count == -1 && errno == EINTR) continue;
        if (count <= 0) net::fail("read a saved page", count == 0 ? ENODATA : errno);
        filled += static_cast<std::size_t>(count);
    }
    return content;
}

/// In ASCII and at the end, where it disturbs neither the page's encoding nor its doctype.
std::string stale_notice(const Fetched& fetched)
{
    return "\n<p role=\"status\" style=\"all: initial; position: fixed; inset: auto 0 0 0; "
           "padding: "
           "0.7em 1em; background: #fff3c4; color: #3d2f00; border-top: 2px solid #c99700; font: "
           "16px/1.4 system-ui, sans-serif; z-index: 2147483647\">This is the copy that was saved "
           "on " +
           http::format_date(fetched.copy.page.fetched) +
           ". Its server is away: " + escape_html(fetched.away_reason) + ".</p>\n";
}

std::string table_row(const SavedPage& page)
{
    const std::string url = escape_html(page.url);
    return "<tr><td><a href=\"/" + url + "\">" + url + "</a></td><td>" + escape_html(page.type) +
           "</td><td>" + size_text(page.size) + "</td><td>" + http::format_date(page.fetched) +
           "</td></tr>\n";
}

} // namespace

Reply reply_with_saved(Fetched fetched, bool notice)
{
    constexpr std::uint64_t most_for_notice = std::uint64_t{4} * 1024 * 1024; // it is read whole
    const SavedPage& page = fetched.copy.page;
    const bool with_notice = notice && fetched.how == Fetched::How::origin_away &&
                             is_html(page.type) && page.size <= most_for_notice;
    Reply reply = bare_reply(200, {}, http::now());
    if (with_notice)
        reply.parts.push_back({.text = content_of(fetched.copy) + stale_notice(fetched)});
    else
        reply.parts.push_back({.range = {0, page.size}});
    reply.add_content(page.type.empty() ? "application/octet-stream" : page.type);
    if (const auto modified = http::parse_date(page.last_modified))
        reply.add("Last-Modified", http::format_date(std::min(*modified, http::now())));
    reply.add("Cache-Control", "no-cache"); // whether it is still fresh is decided here
    reply.add("Cache-Status", cache_status(fetched));
    if (fetched.how == Fetched::How::origin_away)
        reply.add("Warning", "111 webserver \"Revalidation Failed\""); // RFC 7234 §5.5.2
    reply.add("Content-Security-Policy", sandbox);
    reply.add("Cross-Origin-Resource-Policy", "same-origin");
    reply.add("Referrer-Policy", "same-origin");
    if (!with_notice) {
        auto file = std::make_shared<File>();
        file->size = page.size;
        file->descriptor = std::move(fetched.copy.body);
        reply.file = std::move(file);
    }
    return reply;
}

Reply reply_with_list(const std::vector<SavedPage>& pages)
{
    std::string page =
        "<!DOCTYPE html>\n"
        "<html lang=\"en\">\n"
        "<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n"
        "<link rel=\"icon\" href=\"data:,\">\n"
        "<title>Saved pages</title>\n"
        "<style>\n"
        ":root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }\n"
        "body { max-width: 70rem; margin: 3rem auto; padding: 0 1rem }\n"
        "table { border-collapse: collapse; width: 100% }\n"
        "th, td { padding: 0.4rem 1rem 0.4rem 0; border-top: 1px solid #8886; "
        "text-align: left; vertical-align: baseline; white-space: nowrap }\n"
        "td:first-child { white-space: normal; overflow-wrap: anywhere }\n"
        "input { font: inherit; width: 30rem; max-width: 70% }\n"
        "button { font: inherit }\n"
        "</style>\n"
        "<h1>Saved pages</h1>\n"
        "<form action=\"/-/fetch\"><label>Save another: <input name=\"url\" "
        "placeholder=\"http://example.org/\" required></label> "
        "<button>Fetch</button></form>\n";
    if (pages.empty()) {
        page += "<p>There are none yet.</p>\n";
    } else {
        page += "<table>\n<tr><th>Page</th><th>Type</th><th>Size</th><th>Saved</th></tr>\n";
        for (const SavedPage& saved : pages)
            page += table_row(saved);
        page += "</table>\n";
    }
    return reply_with_page(200, page + "<p><a href=\"/\">To the first page</a></p>\n</html>\n");
}

Reply reply_with_redirect(const std::string& location)
{
    Reply reply = bare_reply(302, {}, http::now());
    reply.add("Location", location);
    reply.add("Content-Length", "0");
    reply.add("Cache-Control", "no-store");
    return reply;
}

Reply reply_with_failure(int status, std::string_view reason)
{
    return reply_with_page(status, status_page(status, reason));
}

} // namespace webserver
