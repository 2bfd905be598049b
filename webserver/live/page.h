// The live page, which shows a class the server's requests and responses: /-/live, its style sheet
// and script, and its stream of Server-Sent Events.
#pragma once

#include "common/address.h"
#include "common/http/message.h"
#include "common/tcp_socket.h"
#include "webserver/live/feed.h"
#include "webserver/site/response.h"

namespace webserver {

class LivePage {
public:
    /// When it is off, handles() is false for every request and no event is published.
    explicit LivePage(bool is_on) : is_on_(is_on) {}

    [[nodiscard]] bool is_on() const { return is_on_; }
    [[nodiscard]] LiveFeed& feed() { return feed_; }

    /// Whether this request is for the live page and not for the site. Does not block.
    [[nodiscard]] bool handles(const http::RequestHead& request) const;
    /// The response to such a request, 403 without access (live_page_refusal()). The caller still
    /// calls Response::conclude.
    [[nodiscard]] Response answer(const http::RequestHead& request, const net::Address& client);

    /// Sends the watcher's events to the client until the client closes the connection, takes
    /// nothing for 30 s or the feed ends. Never blocks on the client: a slow one misses events and
    /// gets their number instead. Throws net::Error when the connection breaks.
    void show(net::TcpStream& client, LiveWatcher& watcher);

private:
    [[nodiscard]] Response answer_events(const http::RequestHead& request);

    const bool is_on_;
    LiveFeed feed_;
};

} // namespace webserver
