#include "proxy/origin/origin_request.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <limits>

#include "proxy/message/uptake.h"

namespace proxy {
namespace {

constexpr int most_interim = 32; // 103 may come several times; for ever it may not
constexpr int first_final = 200;
constexpr int switching_protocols = 101;

} // namespace

Inquiry::Inquiry(std::unique_ptr<OriginConnection> connection, Question question,
                 const Patience& patience, const OnInterim& on_interim)
    : connection_(std::move(connection)), question_(std::move(question)), patience_(patience)
{
    send();
    for (int interim = 0;; ++interim) {
        receive_head();
        if (head_.status >= first_final) break;
        if (head_.status == switching_protocols)
            throw Refusal(502, "The server changed the protocol, for which nobody asked.",
                          "http_protocol_error");
        if (interim == most_interim)
            throw Refusal(502, "The server's interim answers have no end.", "http_protocol_error");
        on_interim(head_);
    }
    body_.emplace(connection_->reader, head_.framing, head_.content_length, http::any_size);
}

void Inquiry::send()
try {
    if (!question_.body)
        connection_->stream.write(question_.head, net::Deadline::in(patience_.body));
} catch (const net::Error& error) {
    fail_unanswered(error.what());
}

void Inquiry::receive_head()
{
    auto deadline = net::Deadline::in(patience_.answer);
    for (;;) {
        const auto parsed = http::parse_response(connection_->reader.buffered(), question_.method);
        if (const auto* malformed = std::get_if<http::Malformed>(&parsed))
            throw Refusal(502, "The server's answer is no valid HTTP. " + malformed->reason,
                          "http_protocol_error");
        if (const auto* head = std::get_if<http::ReceivedResponse>(&parsed))
            return take_head(head->size);
        if (!fill(deadline, patience_.answer)) fail_unanswered("it closed the connection");
        is_answered_ = true;
    }
}

/// Until the origin has something to say. When the connection to the client breaks meanwhile nobody
/// wants to hear it; who has only ended his side of it may still be listening.
void Inquiry::wait_beside_client(net::Deadline& deadline, std::chrono::milliseconds patience) const
{
    if (question_.client == nullptr) return;
    std::array<pollfd, 2> waiting{
        {{connection_->stream.descriptor(), POLLIN, 0}, {question_.client->descriptor(), 0, 0}}};
    const net::TcpStream& origin = connection_->stream;
    Uptake uptake(question_.body ? origin.untaken() : 0);
    for (int ready = -1; ready < 1;) {
        ready = ::poll(waiting.data(), waiting.size(), deadline.poll_timeout());
        if (ready == -1 && errno != EINTR) net::fail("wait for an answer");
        if (ready != 0) continue;
        if (!uptake.goes_on(origin.untaken())) break;
        deadline = net::Deadline::in(patience); // it is still taking the request's body
    }
    if (waiting[0].revents == 0 && waiting[1].revents != 0)
        throw net::Error("the client left before the answer's end");
}

void Inquiry::take_head(std::size_t size)
{
    head_text_ = connection_->reader.buffered().substr(0, size);
    connection_->reader.consume(size);
    auto again = http::parse_response(head_text_, question_.method); // this text stays where it is
    head_ = std::get<http::ReceivedResponse>(std::move(again));
}

/// Waits for more from the origin, while the request's body goes on; time does not run meanwhile.
bool Inquiry::fill(net::Deadline& deadline, std::chrono::milliseconds patience)
{
    if (!has_sent_all()) {
        static_cast<void>(question_.body->runs_into_answer(connection_->stream, patience_));
        deadline = net::Deadline::in(patience);
    }
    wait_beside_client(deadline, patience);
    try {
        return connection_->reader.fill(deadline);
    } catch (const net::Timeout&) {
        throw Refusal(504, "The server did not answer in time.", "http_response_timeout");
    } catch (const net::Error& error) {
        fail_unanswered(error.what());
    }
}

void Inquiry::fail_unanswered(const std::string& reason) const
{
    const std::string why = "The server gave no whole answer: " + reason + ".";
    if (!is_answered_) throw Unanswered(502, why, "connection_terminated");
    throw Refusal(502, why, "http_response_incomplete");
}

std::optional<std::string_view> Inquiry::piece_at_hand()
try {
    return body_->read_buffered();
} catch (const http::BodyError& error) {
    throw Refusal(502, std::string("The server's answer: ") + error.what() + ".",
                  "http_protocol_error");
}

std::string_view Inquiry::wait_for_piece()
try {
    auto deadline = net::Deadline::in(patience_.body);
    for (;;) {
        if (const auto piece = piece_at_hand()) return *piece;
        if (!fill(deadline, patience_.body)) body_->note_end_of_stream();
    }
} catch (const http::BodyError& error) {
    throw Refusal(502, std::string("The server's answer: ") + error.what() + ".",
                  "http_response_incomplete");
}

std::unique_ptr<OriginConnection> Inquiry::release()
{
    return std::move(connection_);
}

std::unique_ptr<OriginConnection> Inquiry::release_for_reuse()
{
    const bool is_reusable = head_.keep_alive && has_sent_all() && !question_.logs_in_connection &&
                             connection_->reader.buffered().empty();
    return is_reusable ? std::move(connection_) : nullptr;
}

} // namespace proxy
