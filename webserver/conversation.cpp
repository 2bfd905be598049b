#include "webserver/conversation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/http/body.h"
#include "common/http/date.h"
#include "common/http/head_reader.h"
#include "common/http/message.h"
#include "common/text/ascii.h"
#include "webserver/site/answer.h"

namespace webserver {
namespace {

// A client that takes longer for a piece than Timeouts::send is too slow. The response as a whole
// has no time-out.
constexpr std::uint64_t piece_size = std::uint64_t{128} * 1024;

// Responses to pipelined requests are sent together, up to about this many bytes. Beyond it the
// connection gets a thread of its own.
constexpr std::size_t output_limit = std::size_t{64} * 1024;
constexpr std::size_t copy_threshold = std::size_t{16} * 1024; // a larger piece is not copied

// An unused request body is read up to this many bytes to keep the connection; beyond, closing is
// cheaper.
constexpr std::uint64_t small_body = std::uint64_t{64} * 1024;

/// Sends as much of `text` and `piece` as is possible without blocking; returns the rest.
std::string send_without_blocking(net::TcpStream& client, std::string_view text,
                                  std::string_view piece = {})
{
    const std::size_t sent = client.write_now(text, piece);
    std::string rest(text.substr(std::min(sent, text.size())));
    return rest += piece.substr(sent - std::min(sent, text.size()));
}

void send_text(net::TcpStream& client, std::string_view text, std::chrono::milliseconds timeout)
{
    while (!text.empty()) {
        const auto part = text.substr(0, piece_size);
        client.write(part, net::Deadline::in(timeout));
        text.remove_prefix(part.size());
    }
}

void send(net::TcpStream& client, const Response& response, std::chrono::milliseconds timeout)
{
    if (response.is_in_memory()) return send_text(client, response.text(), timeout);

    std::string text = response.head.text();
    for (const BodyPart& part : response.parts) {
        text += part.text;
        send_text(client, text, timeout);
        text.clear();
        for (std::uint64_t sent = 0; sent < part.range.count;) {
            const std::uint64_t count = std::min(piece_size, part.range.count - sent);
            client.send_file(response.file->descriptor, part.range.first + sent, count,
                             net::Deadline::in(timeout));
            sent += count;
        }
    }
}

/// Reads and discards a body, which no method here uses, so that another request can follow it.
/// False when it is longer than small_body. Throws http::BodyError when it is malformed or
/// incomplete.
bool skip_body(net::Reader& reader, const http::RequestHead& request, net::Deadline deadline)
try {
    http::Body body(reader, request.framing, request.content_length, small_body);
    while (!body.read(deadline).empty()) {
    }
    return true;
} catch (const http::BodyError& error) {
    if (error.fault() != http::BodyError::Fault::too_large) throw;
    return false;
}

/// Whether the client withholds its body until a 100 response (RFC 9110 §10.1.1). None is sent: the
/// final response is sent at once.
bool withholds_body(const http::RequestHead& request)
{
    return request.minor_version >= 1 && request.framing != http::Framing::no_body &&
           request.field("Expect").has_value();
}

/// `text` with a full stop at its end.
std::string with_full_stop(const std::string& text)
{
    return text.ends_with('.') ? text : text + ".";
}

} // namespace

Conversation::Needs Conversation::answer_without_blocking(net::TcpStream& client, FileCache& cache,
                                                          std::vector<char>& buffer)
{
    const auto count = client.read_now(buffer);
    if (!count) return Needs::input;
    if (*count == 0) return Needs::close;

    std::string output;
    std::string_view arrived(buffer.data(), *count);
    for (std::size_t made = 0; !arrived.empty() && keep_alive_ && made < output_limit;) {
        const auto parsed = http::parse_request(arrived);
        const auto* request = std::get_if<http::RequestHead>(&parsed);
        if (!request || may_block(*request, client.peer())) break;
        Response response =
            answer({{*request, service_->settings, http::now()}, service_->site, cache, true});
        if (response.would_block) break;
        response.conclude(*request, true);
        show_request(client.peer(), arrived.substr(0, request->size));
        show_response(client.peer(), response);
        keep_alive_ = response.keep_alive;
        const std::string_view head = arrived.substr(0, request->size);
        arrived.remove_prefix(request->size);
        if (!response.is_in_memory()) {
            large_response_ = {std::string(head), std::move(response)};
            break;
        }
        if (service_->log.is_on())
            service_->log.write_exchange(client.peer(), head, request, response.head.status(),
                                         response.body_size(), std::chrono::system_clock::now());
        made += response.head.lines().size() + response.body_size();
        if (const auto piece = response.piece_in_memory(); piece.size() > copy_threshold) {
            output += response.head.text();
            output = send_without_blocking(client, output, piece);
        } else {
            response.append_to(output);
        }
    }
    if (arrived == "\r\n") arrived = {}; // an old client's CRLF after a body, RFC 9112 §2.2
    unsent_ = send_without_blocking(client, output);
    const bool is_sent = unsent_.empty() && !large_response_;
    if (is_sent && !keep_alive_) return Needs::linger;
    if (is_sent && arrived.empty()) return Needs::input;
    arrived_ = arrived;
    return Needs::thread;
}

Conversation::Needs Conversation::answer_blocking(net::TcpStream& client)
{
    send_text(client, std::exchange(unsent_, {}), service_->timeouts.send);
    if (const auto large = std::exchange(large_response_, {})) {
        const auto request = http::parse_request(large->request_head);
        send_and_log(client, large->request_head, std::get_if<http::RequestHead>(&request),
                     large->response);
    }
    net::Reader reader(client, std::exchange(arrived_, {}));
    while (keep_alive_) {
        if (reader.buffered() == "\r\n") reader.consume(2);
        if (reader.buffered().empty()) return Needs::input;
        const auto read =
            http::read_request_head(reader, net::Deadline::in(service_->timeouts.head));
        if (!read) return Needs::close;

        if (const auto* malformed = std::get_if<http::Malformed>(&*read)) {
            const Response response = refuse(*malformed, service_->settings, http::now());
            show_request(client.peer(), reader.buffered());
            show_response(client.peer(), response);
            send_and_log(client, reader.buffered(), nullptr, response);
            break;
        }
        const auto& [text, request] = std::get<http::OwnedRequestHead>(*read);
        show_request(client.peer(), *text);
        const Response response = respond(reader, request, client.peer());
        show_response(client.peer(), response);
        if (response.watcher)
            response.watcher->skip(); // skips the events of its own request and response
        send_and_log(client, *text, &request, response);
        if (response.watcher) service_->live.show(client, *response.watcher);
        keep_alive_ = response.keep_alive;
    }
    client.linger();
    return Needs::close;
}

/// Whether the response may block: on the request's body, on another server, or on live events.
bool Conversation::may_block(const http::RequestHead& request, const net::Address& client) const
{
    return request.framing != http::Framing::no_body || request.field("Expect") ||
           service_->live.handles(request) || service_->fetcher.handles(request, client);
}

/// The response to a request whose body is not yet read.
Response Conversation::respond(net::Reader& reader, const http::RequestHead& request,
                               const net::Address& client) const
try {
    FileCache uncached(0);
    const AnswerContext context{
        {request, service_->settings, http::now()}, service_->site, uncached};
    const auto expected = request.field("Expect");
    if (expected && !net::equal_ignoring_case(*expected, "100-continue")) {
        Response response = page_response(
            417, "The only supported expectation is 100-continue (RFC 9110 §10.1.1).", context);
        response.conclude(request, false);
        return response;
    }
    const bool at_end = !withholds_body(request) &&
                        skip_body(reader, request, net::Deadline::in(service_->timeouts.body));
    Response response = service_->live.handles(request) ? service_->live.answer(request, client)
                        : service_->fetcher.handles(request, client)
                            ? service_->fetcher.answer(request, client)
                            : answer(context);
    response.conclude(request, at_end);
    return response;
} catch (const net::Timeout&) {
    return refuse({408, "The request's body did not arrive in time."}, service_->settings,
                  http::now());
} catch (const http::BodyError& error) {
    return refuse({400, with_full_stop(std::string("The server could not ") + error.what())},
                  service_->settings, http::now());
}

/// Writes a request's head, or malformed input, to the transcript and the live feed.
void Conversation::show_request(const net::Address& client, std::string_view head) const
{
    if (service_->transcript.is_on())
        service_->transcript.write("from " + client.text(), http::Direction::request, head);
    if (LiveFeed& feed = service_->live.feed(); feed.is_watched())
        feed.publish_request(client, head);
}

/// Writes a response's head to the transcript and the live feed.
void Conversation::show_response(const net::Address& client, const Response& response) const
{
    if (service_->transcript.is_on())
        service_->transcript.write("to " + client.text(), http::Direction::response,
                                   response.head.text());
    if (LiveFeed& feed = service_->live.feed(); feed.is_watched())
        feed.publish_response(client, response.head.text(), response.body_size());
}

/// Sends a response, then logs what has gone of its body, also when the client has not taken all.
/// `request` is null for a malformed `head`.
void Conversation::send_and_log(net::TcpStream& client, std::string_view head,
                                const http::RequestHead* request, const Response& response) const
{
    const auto time = std::chrono::system_clock::now();
    const std::uint64_t start = client.sent() + response.head.text().size();
    const auto log_sent = [&] {
        const std::uint64_t body_sent = std::max(client.sent(), start) - start;
        if (service_->log.is_on())
            service_->log.write_exchange(client.peer(), head, request, response.head.status(),
                                         body_sent, time);
    };
    try {
        send(client, response, service_->timeouts.send);
    } catch (const net::Error&) {
        log_sent();
        throw;
    }
    log_sent();
}

} // namespace webserver
