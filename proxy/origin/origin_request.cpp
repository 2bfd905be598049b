#include "proxy/origin/origin_request.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <limits>

#include "proxy/message/send_progress.h"

namespace proxy {
namespace {

constexpr int most_interim = 32; // 103 may come several times, but not endlessly
constexpr int first_final = 200;
constexpr int switching_protocols = 101;

} // namespace

OriginRequest::OriginRequest(std::unique_ptr<OriginConnection> connection, RequestToSend to_send,
                             const Timeouts& timeouts, const OnInterim& on_interim)
    : connection_(std::move(connection)), request_(std::move(to_send)), timeouts_(timeouts)
{
    send();
    for (int interim = 0;; ++interim) {
        receive_head();
        if (head_.status >= first_final) break;
        if (head_.status == switching_protocols)
            throw HttpError(502, "The server switched protocols without a request to do so.",
                            "http_protocol_error");
        if (interim == most_interim)
            throw HttpError(502, "The server sent too many interim responses (1xx).",
                            "http_protocol_error");
        on_interim(head_);
    }
    body_.emplace(connection_->reader, head_.framing, head_.content_length, http::any_size);
}

void OriginRequest::send()
try {
    if (!request_.body) connection_->stream.write(request_.head, net::Deadline::in(timeouts_.body));
} catch (const net::Error& error) {
    fail_without_response(error.what());
}

void OriginRequest::receive_head()
{
    auto deadline = net::Deadline::in(timeouts_.answer);
    for (;;) {
        const auto parsed = http::parse_response(connection_->reader.buffered(), request_.method);
        if (const auto* malformed = std::get_if<http::Malformed>(&parsed))
            throw HttpError(502, "The server's response is not valid HTTP. " + malformed->reason,
                            "http_protocol_error");
        if (const auto* head = std::get_if<http::ReceivedResponse>(&parsed))
            return consume_head(head->size);
        if (!fill(deadline, timeouts_.answer))
            fail_without_response("the server closed the connection");
        has_response_begun_ = true;
    }
}

void OriginRequest::check_wanted() const
{
    if (!others_wait_ || !others_wait_())
        throw net::Error("the client closed the connection before the end of the response");
}

/// Waits until the origin sends something. Throws when the connection to the client breaks
/// meanwhile. A client that has only shut down its sending side may still read the response, but
/// most programs close both sides at once, which looks the same: it is waited for less.
void OriginRequest::wait_while_client_connected(net::Deadline& deadline,
                                                std::chrono::milliseconds timeout) const
{
    constexpr auto half_closed = 30s;
    constexpr auto recheck = 1s; // whether others still wait
    if (request_.client == nullptr) return;
    std::array<pollfd, 2> waiting{{{connection_->stream.descriptor(), POLLIN, 0},
                                   {request_.client->descriptor(), POLLRDHUP, 0}}};
    const auto& [origin, client] = waiting;
    SendProgress progress(request_.body ? connection_->stream.unacknowledged() : 0);
    for (;;) {
        const bool has_left = client.fd == -1;
        const auto end =
            has_left ? net::Deadline::earlier(deadline, net::Deadline::in(recheck)) : deadline;
        const int ready = ::poll(waiting.data(), waiting.size(), end.poll_timeout());
        if (ready == -1 && errno != EINTR) net::fail("wait for a response");
        if (ready == -1) continue;
        if (origin.revents != 0) return;
        if (client.revents == POLLRDHUP) {
            waiting[1].events = 0;
            deadline = net::Deadline::earlier(deadline, net::Deadline::in(half_closed));
        } else if (client.revents != 0 || has_left) {
            check_wanted();
            waiting[1].fd = -1;
        }
        if (!deadline.passed()) continue;
        if (!progress.has_advanced(connection_->stream.unacknowledged())) return;
        deadline = net::Deadline::in(timeout); // the origin still accepts the request's body
    }
}

void OriginRequest::consume_head(std::size_t size)
{
    head_text_ = connection_->reader.buffered().substr(0, size);
    connection_->reader.consume(size);
    auto again = http::parse_response(head_text_, request_.method); // with views of head_text_
    head_ = std::get<http::ReceivedResponse>(std::move(again));
}

/// First sends the request's body, until all is sent or the origin responds; the deadline starts
/// anew after that. Then waits for bytes from the origin; false when it has closed the connection.
bool OriginRequest::fill(net::Deadline& deadline, std::chrono::milliseconds timeout)
{
    if (!has_sent_all()) {
        static_cast<void>(request_.body->send_until_response(connection_->stream, timeouts_));
        deadline = net::Deadline::in(timeout);
    }
    wait_while_client_connected(deadline, timeout);
    try {
        return connection_->reader.fill(deadline);
    } catch (const net::Timeout&) {
        throw HttpError(504, "The server did not respond in time.", "http_response_timeout");
    } catch (const net::Error& error) {
        fail_without_response(error.what());
    }
}

void OriginRequest::fail_without_response(const std::string& reason) const
{
    const std::string why = sentence("The server sent no complete response: " + reason);
    if (!has_response_begun_) throw NoResponse(502, why, "connection_terminated");
    throw HttpError(502, why, "http_response_incomplete");
}

std::optional<std::string_view> OriginRequest::buffered_piece()
try {
    return body_->read_buffered();
} catch (const http::BodyError& error) {
    throw HttpError(502, sentence(std::string("The server's response is invalid: ") + error.what()),
                    "http_protocol_error");
}

std::string_view OriginRequest::wait_for_piece()
try {
    auto deadline = net::Deadline::in(timeouts_.body);
    for (;;) {
        if (const auto piece = buffered_piece()) return *piece;
        if (!fill(deadline, timeouts_.body)) body_->note_end_of_stream();
    }
} catch (const http::BodyError& error) {
    throw HttpError(502,
                    sentence(std::string("The server's response is incomplete: ") + error.what()),
                    "http_response_incomplete");
}

std::unique_ptr<OriginConnection> OriginRequest::release()
{
    return std::move(connection_);
}

/// Not after content: an origin that answers without reading it would take its rest for the next
/// request (request smuggling, RFC 9110 §9.3.1). What an origin has read cannot be seen from here.
std::unique_ptr<OriginConnection> OriginRequest::release_for_reuse()
{
    const bool is_reusable = head_.keep_alive && !request_.body &&
                             !request_.authenticates_connection &&
                             connection_->reader.buffered().empty();
    return is_reusable ? std::move(connection_) : nullptr;
}

} // namespace proxy
