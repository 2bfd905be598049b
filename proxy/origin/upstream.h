// The way to the servers: to each origin itself, or for everything to the parent proxy.
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
    Upstream(const std::string& parent, const Patience& patience);

    [[nodiscard]] NextHop next_hop() const { return parent_ ? NextHop::parent : NextHop::origin; }

    /// Whom a request for `target` is sent to, for people.
    [[nodiscard]] std::string name_for(const Target& target) const
    {
        return parent_ ? "the parent " + parent_->origin() : target.origin();
    }

    /// Asks the next hop for `target`, on behalf of `client`, who may not be allowed to reach it.
    /// `may_repeat`: over a connection that has been idle, and once more if that turns out to be
    /// dead. Throws Refusal, and net::Error when the client has gone.
    [[nodiscard]] std::unique_ptr<Inquiry> ask(const Target& target, const net::Address& client,
                                               Question question, bool may_repeat,
                                               const Inquiry::OnInterim& on_interim) const;

    /// Throws Refusal when `client` may not reach the target, as far as its name can be looked up:
    /// what is stored must not be had by who could not have asked for it.
    void check_reachable(const Target& target, const net::Address& client) const;

    /// A connection to the target, or to the parent. Throws Refusal.
    [[nodiscard]] std::unique_ptr<OriginConnection> connect(const Target& target,
                                                            const net::Address& client) const;

    /// For the next question, if the answer has been read to its end and its connection allows it.
    void reuse(Inquiry& inquiry) const;

    /// Ends all connections, now and from now on: who waits for an origin, in any thread, does not
    /// get anything more.
    void end_all() const { open_.end_all(); }

private:
    [[nodiscard]] bool may_reach(const net::Address& client, const net::Address& address) const;

    std::optional<Target> parent_;
    const Patience& patience_;
    mutable OpenConnections open_; // ends last
    mutable Pool pool_;
};

} // namespace proxy
