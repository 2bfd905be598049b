#include "proxy/origin/request_body.h"

#include <poll.h>

#include <array>

#include "proxy/message/chunk.h"
#include "proxy/message/fields.h"
#include "proxy/message/http_error.h"
#include "proxy/message/send_progress.h"

namespace proxy {
namespace {

constexpr std::size_t send_buffer_limit =
    std::size_t{32} * 1024; // bytes buffered ahead of the origin

} // namespace

Upload::Upload(ClientSide client, http::Body& body, bool is_chunked, std::string head)
    : client_(client), body_(body), is_chunked_(is_chunked), unsent_(std::move(head))
{
}

bool Upload::send_until_response(net::TcpStream& origin, const Timeouts& timeouts)
{
    for (;;) {
        gather();
        send(origin);
        if (is_refused_) return true;
        if (is_complete()) return false;
        switch (wait(origin, timeouts)) {
        case Event::response: return true;
        case Event::client: read_client(); break;
        case Event::origin_reads: break;
        }
    }
}

/// Appends the body's bytes that have arrived.
void Upload::gather()
try {
    while (!is_read_ && unsent_.size() < send_buffer_limit) {
        const auto piece = body_.read_buffered();
        if (!piece) return;
        append(*piece);
        is_read_ = piece->empty();
    }
} catch (const http::BodyError& error) {
    throw HttpError(400, sentence(std::string("The request's body is invalid: ") + error.what()));
}

void Upload::append(std::string_view piece)
{
    if (!is_chunked_)
        unsent_ += piece;
    else if (!piece.empty())
        append_chunk(unsent_, piece);
    else
        append_last_chunk(unsent_, forwardable_trailers(body_.trailers()));
}

Upload::Event Upload::wait(const net::TcpStream& origin, const Timeouts& timeouts) const
{
    const bool reads_client = !is_read_ && unsent_.size() < send_buffer_limit;
    const auto to_origin = static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT);
    std::array<pollfd, 2> waiting{
        {{origin.descriptor(), to_origin, 0},
         {client_.stream.descriptor(), static_cast<short>(reads_client ? POLLIN : 0), 0}}};
    auto deadline = net::Deadline::in(timeouts.body);
    SendProgress progress(unsent_.empty() ? 0 : origin.unacknowledged());
    int ready = -1;
    while ((ready = ::poll(waiting.data(), waiting.size(), deadline.poll_timeout())) < 1) {
        if (ready == -1 && errno != EINTR) net::fail("wait for a request's body");
        if (ready == -1) continue;
        if (!progress.has_advanced(origin.unacknowledged())) break;
        deadline = net::Deadline::in(timeouts.body); // the origin still accepts bytes
    }
    if (ready == 0 && unsent_.empty())
        throw HttpError(408, "The request's body did not arrive in time.");
    if (ready == 0)
        throw HttpError(504, "The server did not accept the request's body in time.",
                        "connection_write_timeout");
    if ((waiting[0].revents & ~POLLOUT) != 0) return Event::response;
    if (waiting[0].revents != 0) return Event::origin_reads;
    if (!reads_client) throw net::Error("the client closed the connection within its request");
    return Event::client;
}

void Upload::read_client()
{
    if (!client_.reader.fill(net::Deadline::in(1s))) body_.note_end_of_stream(); // already received
}

void Upload::send(net::TcpStream& origin)
try {
    unsent_.erase(0, origin.write_now(unsent_));
} catch (const net::Error&) {
    is_refused_ = true; // the origin may still send a response
}

} // namespace proxy
