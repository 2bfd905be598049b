// Sends requests to the next hop: to each origin, or all to the parent proxy.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/tcp_socket.h"
#include "proxy/message/forwarded_head.h"
#include "proxy/message/request.h"
#include "proxy/message/timeouts.h"
#include "proxy/origin/origin_request.h"
#include "proxy/origin/pool.h"

namespace proxy {

class Upstream {
public:
    /// `parent` is "host:port", or empty. Throws net::Error when it is neither.
    Upstream(const std::string& parent, const Timeouts& timeouts);

    [[nodiscard]] NextHop next_hop() const { return parent_ ? NextHop::parent : NextHop::origin; }

    /// The next hop of a request for `target`, for messages.
    [[nodiscard]] std::string name_for(const RequestTarget& target) const
    {
        return parent_ ? "the parent " + parent_->origin() : target.origin();
    }

    /// Sends a request for `target` to the next hop for `client`, if it may reach the target.
    /// `may_retry`: uses an idle connection if there is one, and repeats the request on a new one
    /// if that one is closed. Throws HttpError, and net::Error when the client has disconnected.
    [[nodiscard]] std::unique_ptr<OriginRequest>
    send_request(const RequestTarget& target, const net::Address& client, RequestToSend to_send,
                 bool may_retry, const OriginRequest::OnInterim& on_interim) const;

    /// Throws HttpError when `client` may not reach the target, as far as its name can be resolved:
    /// a cached response is not for a client that could not have requested it.
    void check_reachable(const RequestTarget& target, const net::Address& client) const;

    /// A connection to the target, or to the parent. Throws HttpError.
    [[nodiscard]] std::unique_ptr<OriginConnection> connect(const RequestTarget& target,
                                                            const net::Address& client) const;

    /// Keeps the connection for reuse, if the response has been read to its end and allows it.
    void reuse(OriginRequest& origin_request) const;

    /// Shuts down all connections, now and from now on: threads waiting for an origin receive
    /// nothing more.
    void shut_down_all() const { open_.shut_down_all(); }

private:
    [[nodiscard]] bool may_reach(const net::Address& client, const net::Address& address) const;

    std::optional<RequestTarget> parent_;
    const Timeouts& timeouts_;
    mutable OpenConnections open_; // destroyed after the pool
    mutable Pool pool_;
};

} // namespace proxy
