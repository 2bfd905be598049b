#include "webserver/live/page.h"

#include <array>
#include <chrono>
#include <utility>

#include "common/http/date.h"
#include "webserver/live/assets.h"
#include "webserver/live/event.h"
#include "webserver/site/access.h"

namespace webserver {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view events_path = "/-/live/events";

struct Asset {
    std::string_view path;
    std::string_view type;
    std::string_view content;
};

const std::array<Asset, 3>& assets()
{
    static const std::array<Asset, 3> all = {{
        {"/-/live", "text/html; charset=utf-8", page_html},
        {"/-/live/style.css", "text/css; charset=utf-8", style_css},
        {"/-/live/script.js", "text/javascript; charset=utf-8", script_js},
    }};
    return all;
}

std::string_view path_of(const http::RequestHead& request)
{
    return request.target.substr(0, request.target.find('?'));
}

/// A response with the common fields: same-origin use only, no caching.
Response private_response(int status, std::string_view sources)
{
    Response response = bare_response(status, {}, http::now());
    response.add("Cache-Control", "no-store");
    response.add("Content-Security-Policy",
                 "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
                 "frame-ancestors 'none'; " +
                     std::string(sources));
    response.add("Cross-Origin-Resource-Policy", "same-origin");
    response.add("Referrer-Policy", "no-referrer");
    return response;
}

Response asset_response(const Asset& asset)
{
    Response response =
        private_response(200, "script-src 'self'; style-src 'self'; connect-src 'self'");
    response.parts.push_back({.text = std::string(asset.content)});
    response.add_content(asset.type);
    return response;
}

Response refuse_with(int status, std::string_view reason)
{
    Response response = private_response(status, "style-src 'unsafe-inline'");
    response.parts.push_back({.text = status_page(status, reason)});
    response.add_content("text/html; charset=utf-8");
    return response;
}

Response stream_response(std::shared_ptr<LiveWatcher> watcher)
{
    Response response = private_response(200, "");
    response.add("Content-Type", "text/event-stream");
    response.add("X-Content-Type-Options", "nosniff");
    response.watcher = std::move(watcher);
    return response;
}

bool has_closed(net::TcpStream& client)
{
    std::array<char, 512> ignored{};
    const auto count = client.read_now(ignored);
    return count && *count == 0;
}

} // namespace

bool LivePage::handles(const http::RequestHead& request) const
{
    if (!is_on_) return false;
    const auto path = path_of(request);
    return path == "/-/live" || path.starts_with("/-/live/");
}

Response LivePage::answer(const http::RequestHead& request, const net::Address& client)
{
    if (const auto refusal = live_page_refusal(request, client)) return refuse_with(403, *refusal);
    if (request.method != "GET" && request.method != "HEAD") {
        Response response = refuse_with(405, "The live page supports only GET and HEAD.");
        response.add("Allow", "GET, HEAD");
        return response;
    }
    const auto path = path_of(request);
    if (path == events_path) return answer_events(request);
    for (const Asset& asset : assets())
        if (path == asset.path) return asset_response(asset);
    return refuse_with(404, "The live page has no such file.");
}

Response LivePage::answer_events(const http::RequestHead& request)
{
    if (request.method == "HEAD") return stream_response(nullptr);
    auto watcher = std::make_shared<LiveWatcher>(feed_);
    if (watcher->has_place()) return stream_response(std::move(watcher));
    return refuse_with(503, "Too many live pages are open. Close one of them and try again.");
}

void LivePage::show(net::TcpStream& client, LiveWatcher& watcher)
{
    constexpr auto check_interval = 1s;   // of checks for a closed connection
    constexpr auto write_interval = 40ms; // at most 25 writes a second
    constexpr auto timeout = 30s;         // time-out for a client that takes nothing
    std::string unsent = hello_event(client.peer(), feed_.open_count());
    auto deadline = net::Deadline::in(timeout);
    do {
        if (unsent.empty()) unsent = watcher.next(check_interval);
        const std::size_t sent = client.write_now(unsent);
        unsent.erase(0, sent);
        if (sent > 0 || unsent.empty()) deadline = net::Deadline::in(timeout);
    } while (!has_closed(client) && !deadline.passed() && watcher.pause(write_interval));
}

} // namespace webserver
