// Sends a request to the next hop, with its body as it arrives from the client, and watches for a
// response before the body's end.
#pragma once

#include <string>

#include "common/http/body.h"
#include "common/tcp_socket.h"
#include "proxy/message/timeouts.h"

namespace proxy {

/// A client's connection, and the reader of its input.
struct ClientSide {
    net::TcpStream& stream;
    net::Reader& reader;
};

class Upload {
public:
    /// The request's `head`, then `body` as the client sends it, in chunks or as it is.
    Upload(ClientSide client, http::Body& body, bool is_chunked, std::string head);

    /// Sends until all is sent (false), or until `origin` responds or accepts no more (true).
    /// Throws HttpError when the client's body is malformed or late or the origin stalls, and
    /// net::Error when the client has disconnected.
    [[nodiscard]] bool send_until_response(net::TcpStream& origin, const Timeouts& timeouts);

    /// The body has been read from the client to its end, and is sent.
    [[nodiscard]] bool is_complete() const { return is_read_ && unsent_.empty(); }

private:
    enum class Event { client, origin_reads, response };

    void gather();
    void append(std::string_view piece);
    [[nodiscard]] Event wait(const net::TcpStream& origin, const Timeouts& timeouts) const;
    void read_client();
    void send(net::TcpStream& origin);

    ClientSide client_;
    http::Body& body_;
    const bool is_chunked_;
    std::string unsent_;
    bool is_read_ = false;
    bool is_refused_ = false; // the origin accepts no more
};

} // namespace proxy
