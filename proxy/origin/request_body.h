// A request on its way to the next hop, with its body as it comes from the client, while somebody
// watches for an answer that may come before the body's end.
#pragma once

#include <string>

#include "common/http/body.h"
#include "common/tcp_socket.h"
#include "proxy/message/timeouts.h"

namespace proxy {

/// A client's connection, and what has been read from it.
struct ClientSide {
    net::TcpStream& stream;
    net::Reader& reader;
};

class Upload {
public:
    /// The request's `head`, and behind it `body` as the client sends it, in chunks or as it is.
    Upload(ClientSide client, http::Body& body, bool is_chunked, std::string head);

    /// Goes on until all is sent, false; or until `origin` has something to say or takes no more,
    /// true. Throws Refusal when the client's body is malformed or late or the origin does not take
    /// it, and net::Error when the client has gone.
    [[nodiscard]] bool runs_into_answer(net::TcpStream& origin, const Patience& patience);

    /// The body has been read from the client to its end, and is sent.
    [[nodiscard]] bool is_complete() const { return is_read_ && unsent_.empty(); }

private:
    enum class Event { client, origin_reads, answer };

    void gather();
    void append(std::string_view piece);
    [[nodiscard]] Event wait(const net::TcpStream& origin, const Patience& patience) const;
    void read_client();
    void send(net::TcpStream& origin);

    ClientSide client_;
    http::Body& body_;
    const bool is_chunked_;
    std::string unsent_;
    bool is_read_ = false;
    bool is_refused_ = false; // the origin takes no more
};

} // namespace proxy
