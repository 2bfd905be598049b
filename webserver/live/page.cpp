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

/// What every answer here has: for this page alone, and kept by nobody.
Reply private_reply(int status, std::string_view sources)
{
    Reply reply = bare_reply(status, {}, http::now());
    reply.add("Cache-Control", "no-store");
    reply.add("Content-Security-Policy",
              "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
              "frame-ancestors 'none'; " +
                  std::string(sources));
    reply.add("Cross-Origin-Resource-Policy", "same-origin");
    reply.add("Referrer-Policy", "no-referrer");
    return reply;
}

Reply asset_reply(const Asset& asset)
{
    Reply reply = private_reply(200, "script-src 'self'; style-src 'self'; connect-src 'self'");
    reply.parts.push_back({.text = std::string(asset.content)});
    reply.add_content(asset.type);
    return reply;
}

Reply refuse_with(int status, std::string_view reason)
{
    Reply reply = private_reply(status, "style-src 'unsafe-inline'");
    reply.parts.push_back({.text = status_page(status, reason)});
    reply.add_content("text/html; charset=utf-8");
    return reply;
}

Reply stream_reply(std::shared_ptr<LiveWatcher> watcher)
{
    Reply reply = private_reply(200, "");
    reply.add("Content-Type", "text/event-stream");
    reply.add("X-Content-Type-Options", "nosniff");
    reply.watcher = std::move(watcher);
    return reply;
}

bool has_left(net::TcpStream& client)
{
    std::array<char, 512> ignored{};
    const auto count = client.read_now(ignored);
    return count && *count == 0;
}

} // namespace

bool LivePage::concerns(const http::RequestHead& request) const
{
    if (!is_on_) return false;
    const auto path = path_of(request);
    return path == "/-/live" || path.starts_with("/-/live/");
}

Reply LivePage::answer(const http::RequestHead& request, const net::Address& client)
{
    if (const auto refusal = refusal_to_show(request, client)) return refuse_with(403, *refusal);
    if (request.method != "GET" && request.method != "HEAD") {
        Reply reply = refuse_with(405, "The live page is only for looking at.");
        reply.add("Allow", "GET, HEAD");
        return reply;
    }
    const auto path = path_of(request);
    if (path == events_path) return answer_events(request);
    for (const Asset& asset : assets())
        if (path == asset.path) return asset_reply(asset);
    return refuse_with(404, "There is no such part of the live page.");
}

Reply LivePage::answer_events(const http::RequestHead& request)
{
    if (request.method == "HEAD") return stream_reply(nullptr);
    auto watcher = std::make_shared<LiveWatcher>(feed_);
    if (watcher->has_place()) return stream_reply(std::move(watcher));
    return refuse_with(503, "As many watch already as may: close one of their pages.");
}

void LivePage::show(net::TcpStream& client, LiveWatcher& watcher)
{
    constexpr auto at_least = 1s;  // so often it is seen whether the client has left
    constexpr auto at_most = 40ms; // 25 times a second is enough for the eye
    constexpr auto patience = 30s; // for a client that takes nothing
    std::string unsent = hello_event(client.peer(), feed_.open());
    auto deadline = net::Deadline::in(patience);
    do {
        if (unsent.empty()) unsent = watcher.next(at_least);
        const std::size_t sent = client.write_now(unsent);
        unsent.erase(0, sent);
        if (sent > 0 || unsent.empty()) deadline = net::Deadline::in(patience);
    } while (!has_left(client) && !deadline.passed() && watcher.pause(at_most));
}

} // namespace webserver
