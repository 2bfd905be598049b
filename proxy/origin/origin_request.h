// One request to the next hop, and its response as it arrives.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/body.h"
#include "proxy/message/http_error.h"
#include "proxy/message/timeouts.h"
#include "proxy/origin/pool.h"
#include "proxy/origin/request_body.h"

namespace proxy {

/// The connection ended before the first byte of the response. The origin may have closed an idle
/// connection just when the request arrived (RFC 9112 §9.3.1).
class NoResponse : public HttpError {
    using HttpError::HttpError;
};

/// The request to the next hop.
struct RequestToSend {
    std::string method;
    std::string head; // in wire format
    std::optional<Upload> body{};
    const net::TcpStream* client = nullptr; // waits for the response; may be null
    bool authenticates_connection = false;  // then the connection is not reused
};

class OriginRequest {
public:
    /// Called for each interim response (1xx).
    using OnInterim = std::function<void(const http::ReceivedResponse&)>;

    /// Sends the request and waits for the head of the final response. Throws HttpError when there
    /// is none, and net::Error when the client has disconnected.
    OriginRequest(std::unique_ptr<OriginConnection> connection, RequestToSend to_send,
                  const Timeouts& timeouts, const OnInterim& on_interim);
    OriginRequest(const OriginRequest&) = delete; // the body reads from the connection's reader
    OriginRequest& operator=(const OriginRequest&) = delete;
    ~OriginRequest() = default;

    [[nodiscard]] const http::ReceivedResponse& head() const { return head_; }
    /// The head as received, with its empty line.
    [[nodiscard]] const std::string& head_text() const { return head_text_; }

    /// The next piece of the body, if already received, else nothing; empty at the clean end. Valid
    /// until the next call. Throws HttpError when the body is malformed or incomplete.
    [[nodiscard]] std::optional<std::string_view> buffered_piece();
    /// Waits for the next piece. Also throws net::Error when the client disconnects meanwhile.
    [[nodiscard]] std::string_view wait_for_piece();
    /// The trailer fields, at the end of the body.
    [[nodiscard]] std::vector<http::Field> trailers() const { return body_->trailers(); }

    /// Other clients may wait for the response, too: a disconnect of this client ends the request
    /// only when `others_wait` returns false.
    void share(std::function<bool()> others_wait) { others_wait_ = std::move(others_wait); }

    /// The request's body, if any, has been sent completely.
    [[nodiscard]] bool has_sent_all() const
    {
        return !request_.body || request_.body->is_complete();
    }
    /// The connection, for other use (a tunnel); or after the body's end for another request, null
    /// when it cannot be reused: it carried content or a login, or the origin closes it.
    [[nodiscard]] std::unique_ptr<OriginConnection> release();
    [[nodiscard]] std::unique_ptr<OriginConnection> release_for_reuse();

private:
    void send();
    void receive_head();
    void consume_head(std::size_t size);
    void wait_while_client_connected(net::Deadline& deadline,
                                     std::chrono::milliseconds timeout) const;
    void check_wanted() const;
    [[nodiscard]] bool fill(net::Deadline& deadline, std::chrono::milliseconds timeout);
    [[noreturn]] void fail_without_response(const std::string& reason) const;

    std::unique_ptr<OriginConnection> connection_;
    RequestToSend request_;
    const Timeouts& timeouts_;
    std::function<bool()> others_wait_{};
    bool has_response_begun_ = false; // a byte of the response has been received
    std::string head_text_;
    http::ReceivedResponse head_; // has views of head_text_
    std::optional<http::Body> body_;
};

} // namespace proxy
