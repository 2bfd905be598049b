#include "proxy/message/response_writer.h"

#include <poll.h>

#include <cerrno>

#include "common/http/status_code.h"
#include "proxy/message/chunk.h"
#include "proxy/message/header_diff.h"
#include "proxy/message/http_error.h"
#include "proxy/message/send_progress.h"

namespace proxy {
namespace {

constexpr std::size_t send_threshold = std::size_t{32} * 1024;

std::string text_of(const Response& response)
{
    constexpr std::size_t usual = 1024;
    std::string text;
    text.reserve(usual);
    text += "HTTP/1.1 ";
    text += std::to_string(response.status);
    text += ' ';
    text += response.reason;
    text += "\r\n";
    append_lines(text, response.fields);
    return text += "\r\n";
}

} // namespace

ResponseWriter::ResponseWriter(net::TcpStream& client, const http::RequestHead& request,
                               std::chrono::milliseconds timeout,
                               const http::Transcript& transcript)
    : client_(client), timeout_(timeout), transcript_(transcript),
      minor_version_(request.minor_version), is_head_(request.method == "HEAD"),
      is_tunnel_(request.method == "CONNECT"),
      has_unread_body_(request.framing != http::Framing::no_body),
      keeps_connection_(request.keep_alive && request.minor_version >= 1) // RFC 9112 §9.3
{
}

void ResponseWriter::send_interim(const Response& interim)
{
    if (minor_version_ >= 1) client_.write(text_of(interim), net::Deadline::in(timeout_));
}

void ResponseWriter::begin(Response response)
{
    status_ = response.status;
    ending_ = ending_of(response);
    content_length_ = response.body_size.value_or(0);
    if (has_unread_body_) keeps_connection_ = false;
    frame(response);
    head_ = text_of(response);
    unsent_ += head_;
    if (transcript_.is_on())
        transcript_.write("to " + client_.peer().text(), http::Direction::response, head_,
                          source_.empty() ? std::vector<std::string>() : changes(source_, head_));
}

/// RFC 9112 §6.3
ResponseWriter::Ending ResponseWriter::ending_of(const Response& response) const
{
    const int status = response.status;
    if (is_head_ || status < 200 || status == http::no_content || status == http::not_modified ||
        (is_tunnel_ && status < 300))
        return Ending::no_body;
    if (response.body_size) return Ending::counted;
    return minor_version_ >= 1 ? Ending::chunked : Ending::closing;
}

void ResponseWriter::frame(Response& response)
{
    Fields& fields = response.fields;
    if (ending_ != Ending::no_body || response.status == http::no_content)
        remove(fields, "Content-Length"); // else it is the length for GET
    const bool needs_length_for_head =
        is_head_ && response.body_size && !find(fields, "Content-Length");
    if (ending_ == Ending::counted || needs_length_for_head)
        fields.push_back({"Content-Length", std::to_string(*response.body_size)});
    if (ending_ == Ending::chunked)
        fields.push_back({"Transfer-Encoding", "chunked"});
    else
        remove(fields, "Trailer");
    if (ending_ == Ending::closing) keeps_connection_ = false;
    if (!keeps_connection_ && !(is_tunnel_ && response.status < 300))
        fields.push_back({"Connection", "close"});
}

void ResponseWriter::send_piece(std::string_view piece)
{
    add_piece(piece);
    if (is_worth_sending()) flush();
}

bool ResponseWriter::is_worth_sending() const
{
    return unsent_.size() >= send_threshold;
}

void ResponseWriter::add_piece(std::string_view piece)
{
    if (piece.empty() || ending_ == Ending::no_body) return;
    // The client would parse the surplus as another response.
    if (ending_ == Ending::counted && piece.size() > content_length_ - sent_)
        throw HttpError(502, "The response's body is longer than its Content-Length.");
    if (ending_ == Ending::chunked)
        append_chunk(unsent_, piece);
    else
        unsent_ += piece;
    sent_ += piece.size();
}

void ResponseWriter::flush()
{
    if (unsent_.empty() || flush_by(net::Deadline::in({}))) return;
    SendProgress progress(unacknowledged());
    while (!flush_by(net::Deadline::in(timeout_)))
        if (!progress.has_advanced(unacknowledged()))
            throw net::Timeout("the client has stopped reading");
}

void ResponseWriter::check_connected() const
{
    pollfd connection{client_.descriptor(), 0, 0}; // without events: only errors
    if (::poll(&connection, 1, 0) == 1) throw net::Error("the client closed the connection");
}

std::size_t ResponseWriter::unacknowledged() const
{
    return unsent_.size() + client_.unacknowledged();
}

bool ResponseWriter::flush_by(net::Deadline deadline)
{
    for (;;) {
        unsent_.erase(0, client_.write_now(unsent_));
        if (unsent_.empty()) return true;
        pollfd room{client_.descriptor(), POLLOUT, 0};
        const int ready = ::poll(&room, 1, deadline.poll_timeout());
        if (ready == 0) return false;
        if (ready == -1 && errno != EINTR) net::fail("wait for the client");
    }
}

void ResponseWriter::finish(const Fields& trailers)
{
    if (ending_ == Ending::counted && sent_ < content_length_)
        throw HttpError(502, "The response's body is shorter than its Content-Length.");
    if (ending_ == Ending::chunked) append_last_chunk(unsent_, trailers);
    flush();
}

void ResponseWriter::abandon()
{
    keeps_connection_ = false;
    flush();
    if (ending_ == Ending::closing) client_.end_with_reset(); // a normal close would end the body
}

} // namespace proxy
