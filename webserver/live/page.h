// The live page, on which a class watches the server work: /-/live, its style and script, and the
// stream of Server-Sent Events behind it.
#pragma once

#include "common/address.h"
#include "common/http/message.h"
#include "common/tcp_socket.h"
#include "webserver/live/feed.h"
#include "webserver/site/response.h"

namespace webserver {

class LivePage {
public:
    /// When it is not on, no request concerns it and nothing is published.
    explicit LivePage(bool is_on) : is_on_(is_on) {}

    [[nodiscard]] bool is_on() const { return is_on_; }
    [[nodiscard]] LiveFeed& feed() { return feed_; }

    /// Whether this request is for the live page and not for the site. Decided at once.
    [[nodiscard]] bool concerns(const http::RequestHead& request) const;
    /// The answer to such a request, a refusal where it may not watch; not concluded yet.
    [[nodiscard]] Reply answer(const http::RequestHead& request, const net::Address& client);

    /// Sends the client the watcher's events as they come, until it leaves, takes nothing for too
    /// long or the feed ends. Never waits for the client: what it is too slow for it misses, and is
    /// told how much that was. Throws net::Error when the connection breaks.
    void show(net::TcpStream& client, LiveWatcher& watcher);

private:
    [[nodiscard]] Reply answer_events(const http::RequestHead& request);

    const bool is_on_;
    LiveFeed feed_;
};

} // namespace webserver
