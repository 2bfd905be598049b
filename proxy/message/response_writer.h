// Sends a response to the client: a head and decoded pieces of a body from any source, framed for
// this connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/explain/http_transcript.h"
#include "common/tcp_socket.h"
#include "proxy/message/forwarded_head.h"

namespace proxy {

class ResponseWriter {
public:
    /// For the client that sent `request`, whose body has not been read yet. `timeout`: for each
    /// write without progress.
    ResponseWriter(net::TcpStream& client, const http::RequestHead& request,
                   std::chrono::milliseconds timeout, const http::Transcript& transcript);

    /// The received head that the response is made from, for the transcript.
    void note_source(const std::string& head) { source_ = head; }

    /// Sends an interim response (1xx), unless the client speaks HTTP/1.0.
    void send_interim(const Response& interim);

    /// Closes the connection after this response. Call before begin().
    void close_after_response() { keeps_connection_ = false; }

    /// The request's body has been read, so that another request can follow. Call before begin();
    /// otherwise the connection closes after the response to a request with a body.
    void note_request_was_read() { has_unread_body_ = false; }

    /// Starts with the head. Small data is buffered until more follows, or flush().
    void begin(Response response);
    /// Sends a piece of the body, of any size; nothing for a HEAD request. Throws HttpError when
    /// the body exceeds its Content-Length.
    void send_piece(std::string_view piece);
    /// The same, but only buffers it.
    void add_piece(std::string_view piece);
    [[nodiscard]] bool is_worth_sending() const;
    /// Sends all buffered data. Call before waiting for more.
    void flush();
    /// Throws net::Error when the connection is broken. Call while waiting for more.
    void check_connected() const;
    /// Sends buffered data until the deadline: true when all was sent.
    [[nodiscard]] bool flush_by(net::Deadline deadline);
    /// Bytes that the client has not acknowledged: a decrease is progress.
    [[nodiscard]] std::size_t unacknowledged() const;
    /// Ends a complete body; `trailers` are sent if it is chunked. Throws HttpError when the body
    /// is shorter than its Content-Length.
    void finish(const Fields& trailers = {});
    /// Ends an incomplete body: the connection closes so that the client notices.
    void abandon();

    /// The time-out for each write without progress.
    [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }
    [[nodiscard]] bool has_begun() const { return status_ != 0; }
    /// Whether another request may follow after finish().
    [[nodiscard]] bool keeps_connection() const { return keeps_connection_; }
    [[nodiscard]] int status() const { return status_; }
    /// Bytes of the body sent, without framing.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    /// The head as sent.
    [[nodiscard]] const std::string& head() const { return head_; }

private:
    enum class Ending { no_body, counted, chunked, closing };
    [[nodiscard]] Ending ending_of(const Response& response) const;
    void frame(Response& response);

    net::TcpStream& client_;
    const std::chrono::milliseconds timeout_;
    const http::Transcript& transcript_;
    const int minor_version_;
    const bool is_head_;
    const bool is_tunnel_;
    bool has_unread_body_;
    bool keeps_connection_;
    Ending ending_ = Ending::no_body;
    int status_ = 0;                   // 0 before begin()
    std::uint64_t content_length_ = 0; // the Content-Length of a counted body
    std::uint64_t sent_ = 0;
    std::string head_;
    std::string source_;
    std::string unsent_;
};

} // namespace proxy
