// An answer on its way to the client: any head, decoded pieces of a body, framed anew for this hop.
// It does not care where they come from.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/explain/http_transcript.h"
#include "common/tcp_socket.h"
#include "proxy/message/forwarded_head.h"

namespace proxy {

class Delivery {
public:
    /// To the client that sent `request`, whose body nobody has read yet. It may take `patience`
    /// over each piece.
    Delivery(net::TcpStream& client, const http::RequestHead& request,
             std::chrono::milliseconds patience, const http::Transcript& transcript);

    /// The head that the answer is made from, for those who look on.
    void note_source(const std::string& head) { source_ = head; }

    /// An interim answer (1xx), for clients that know them.
    void send_interim(const Response& interim);

    /// After this answer the connection ends. To be said before begin().
    void end_connection() { keeps_connection_ = false; }

    /// The request's body has been read: what follows it is another request. To be said before
    /// begin(); otherwise the connection ends after the answer to a request that has a body.
    void note_request_was_read() { has_unread_body_ = false; }

    /// The head. Like all that is small it goes out with what follows, or with flush().
    void begin(Response response);
    /// The next piece of the body, in any size. Nothing is sent to who asked for the head only.
    /// Throws Refusal when it is more than the head has promised.
    void send_piece(std::string_view piece);
    /// The same, but nothing goes out yet.
    void add_piece(std::string_view piece);
    [[nodiscard]] bool is_worth_sending() const;
    /// Lets the client have what there is: to be called before waiting for more.
    void flush();
    /// As much of it as the client takes by then: true when that was all.
    [[nodiscard]] bool flush_by(net::Deadline deadline);
    /// Bytes that have not arrived at the client: less of them is progress.
    [[nodiscard]] std::size_t untaken() const;
    /// The body was whole. `trailers` go where they can. Throws Refusal when it is less than the
    /// head has promised.
    void finish(const Fields& trailers = {});
    /// It can't be had whole: the connection is to end so that the client notices.
    void abandon();

    /// How long a client may take over what he is sent.
    [[nodiscard]] std::chrono::milliseconds patience() const { return patience_; }
    [[nodiscard]] bool has_begun() const { return status_ != 0; }
    /// Another request may follow, once it is finished.
    [[nodiscard]] bool keeps_connection() const { return keeps_connection_; }
    [[nodiscard]] int status() const { return status_; }
    /// Bytes of the body that were sent, without what framing adds.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    /// The head as it was sent.
    [[nodiscard]] const std::string& head() const { return head_; }

private:
    enum class Ending { no_body, counted, chunked, closing };
    [[nodiscard]] Ending ending_of(const Response& response) const;
    void frame(Response& response);

    net::TcpStream& client_;
    const std::chrono::milliseconds patience_;
    const http::Transcript& transcript_;
    const int minor_version_;
    const bool is_head_;
    const bool is_tunnel_;
    bool has_unread_body_;
    bool keeps_connection_;
    Ending ending_ = Ending::no_body;
    int status_ = 0;             // once it has begun
    std::uint64_t promised_ = 0; // of a counted body
    std::uint64_t sent_ = 0;
    std::string head_;
    std::string source_;
    std::string unsent_;
};

} // namespace proxy
