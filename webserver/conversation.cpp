#include "webserver/conversation.h"

#include <algorithm>
#include <array>
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

// A client that receives less than a piece in this time (about 4 KiB/s) is too slow. The response
// as a whole has no time-out.
constexpr std::uint64_t piece_size = std::uint64_t{128} * 1024;
constexpr auto piece_timeout = 30s;

// Responses to pipelined requests are sent together, up to about this many bytes. Beyond it the
// connection gets a thread of its own.
constexpr std::size_t output_limit = std::size_t{64} * 1024;
constexpr std::size_t copy_threshold = std::size_t{16} * 1024; // a larger piece is not copied

// An unused request body is read up to this many bytes to keep the connection; beyond, closing is
// cheaper.
constexpr std::uint64_t small_body = std::uint64_t{64} * 1024;

void log(const Service& service, const net::TcpStream& client, std::string_view head,
         const http::RequestHead* request, const Response& response)
{
    if (!service.log.is_on()) return;
    LogEntry entry{.client = client.peer().host(),
                   .time = std::chrono::system_clock::now(),
                   .request_line = http::request_line_of(head),
                   .status = response.head.status(),
                   .body_size = response.body_size()};
    if (request) {
        entry.referer = request->field("Referer").value_or("");
        entry.user_agent = request->field("User-Agent").value_or("");
    }
    service.log.write(entry);
}

/// Writes a request's head, or malformed input, to the transcript and the live feed.
void show_request(const Service& service, const net::TcpStream& client, std::string_view head)
{
    if (service.transcript.is_on())
        service.transcript.write("from " + client.peer().text(), http::Direction::request, head);
    if (LiveFeed& feed = service.live.feed(); feed.is_watched())
        feed.publish_request(client.peer(), head);
}

void show_response(const Service& service, const net::TcpStream& client, const Response& response)
{
    if (service.transcript.is_on())
        service.transcript.write("to " + client.peer().text(), http::Direction::response,
                                 response.head.text());
    if (LiveFeed& feed = service.live.feed(); feed.is_watched())
        feed.publish_response(client.peer(), response.head.text(), response.body_size());
}

/// Reads the next request's head; Malformed when it is invalid or late, nothing when the client has
/// closed the connection.
std::optional<std::variant<std::string, http::Malformed>> receive(net::Reader& reader,
                                                                  const Timeouts& timeouts)
try {
    const auto deadline = net::Deadline::in(timeouts.head);
    do {
        const auto parsed = http::parse_request(reader.buffered());
        if (const auto* malformed = std::get_if<http::Malformed>(&parsed)) return *malformed;
        if (const auto* request = std::get_if<http::RequestHead>(&parsed)) {
            std::string head(reader.buffered().substr(0, request->size));
            reader.consume(head.size());
            return head;
        }
    } while (http::fill_line(reader, deadline));
    return std::nullopt;
} catch (const net::Timeout&) {
    return http::Malformed{408, "The request did not arrive in time."};
}

/// Sends as much of `text` and `piece` as is possible without blocking; returns the rest.
std::string send_without_blocking(net::TcpStream& client, std::string_view text,
                                  std::string_view piece = {})
{
    const std::size_t sent = client.write_now(text, piece);
    std::string rest(text.substr(std::min(sent, text.size())));
    return rest += piece.substr(sent - std::min(sent, text.size()));
}

void send_text(net::TcpStream& client, std::string_view text)
{
    while (!text.empty()) {
        const auto part = text.substr(0, piece_size);
        client.write(part, net::Deadline::in(piece_timeout));
        text.remove_prefix(part.size());
    }
}

void send(net::TcpStream& client, const Response& response)
{
    if (response.is_in_memory()) return send_text(client, response.text());

    std::string text = response.head.text();
    for (const BodyPart& part : response.parts) {
        text += part.text;
        send_text(client, text);
        text.clear();
        for (std::uint64_t sent = 0; sent < part.range.count;) {
            const std::uint64_t count = std::min(piece_size, part.range.count - sent);
            client.send_file(response.file->descriptor, part.range.first + sent, count,
                             net::Deadline::in(piece_timeout));
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

/// The response to a request whose body is not yet read.
Response respond(net::Reader& reader, const http::RequestHead& request, const net::Address& client,
                 const Service& service, FileCache& cache)
try {
    const auto expected = request.field("Expect");
    if (expected && !net::equal_ignoring_case(*expected, "100-continue")) {
        Response response =
            page_response(417, "The only supported expectation is 100-continue (RFC 9110 §10.1.1).",
                          {request, service.site, cache, service.settings, http::now()});
        response.conclude(request, false);
        return response;
    }
    const bool at_end = !withholds_body(request) &&
                        skip_body(reader, request, net::Deadline::in(service.timeouts.body));
    Response response = service.live.handles(request) ? service.live.answer(request, client)
                        : service.fetcher.handles(request, client)
                            ? service.fetcher.answer(request, client)
                            : answer({request, service.site, cache, service.settings, http::now()});
    response.conclude(request, at_end);
    return response;
} catch (const net::Timeout&) {
    return refuse({408, "The request's body did not arrive in time."}, service.settings,
                  http::now());
} catch (const http::BodyError& error) {
    return refuse({400, with_full_stop(std::string("The server could not ") + error.what())},
                  service.settings, http::now());
}

/// Whether the response may block: on the request's body, on another server, or on live events.
bool may_block(const http::RequestHead& request, const net::TcpStream& client,
               const Service& service)
{
    return request.framing != http::Framing::no_body || request.field("Expect") ||
           service.live.handles(request) || service.fetcher.handles(request, client.peer());
}

} // namespace

ConversationState answer_without_blocking(net::TcpStream& client, const Service& service,
                                          FileCache& cache, std::vector<char>& buffer,
                                          Unfinished& rest)
{
    const auto count = client.read_now(buffer);
    if (!count) return ConversationState::idle;
    if (*count == 0) return ConversationState::client_closed;

    std::string output;
    std::string_view arrived(buffer.data(), *count);
    bool keep_alive = true;
    for (std::size_t made = 0; !arrived.empty() && keep_alive && made < output_limit;) {
        const auto parsed = http::parse_request(arrived);
        const auto* request = std::get_if<http::RequestHead>(&parsed);
        if (!request || may_block(*request, client, service)) break;
        Response response =
            answer({*request, service.site, cache, service.settings, http::now(), true});
        response.conclude(*request, true);
        if (!response.is_in_memory()) break;
        show_request(service, client, arrived.substr(0, request->size));
        show_response(service, client, response);
        log(service, client, arrived, request, response);
        made += response.head.lines().size() + response.body_size();
        if (const auto piece = response.piece_in_memory(); piece.size() > copy_threshold) {
            output += response.head.text();
            output = send_without_blocking(client, output, piece);
        } else {
            response.append_to(output);
        }
        keep_alive = response.keep_alive;
        arrived.remove_prefix(request->size);
    }
    if (arrived == "\r\n") arrived = {}; // an old client's CRLF after a body, RFC 9112 §2.2
    output = send_without_blocking(client, output);
    if (output.empty() && arrived.empty())
        return keep_alive ? ConversationState::idle : ConversationState::complete;
    rest = {std::string(arrived), std::move(output), !keep_alive};
    return ConversationState::would_block;
}

ConversationState converse(net::TcpStream& client, const Service& service, Unfinished& rest)
{
    send_text(client, std::exchange(rest.unsent, {}));
    FileCache uncached(0);
    net::Reader reader(client, std::exchange(rest.arrived, {}));
    bool keep_alive = !rest.is_last;
    while (keep_alive) {
        if (reader.buffered() == "\r\n") reader.consume(2);
        if (reader.buffered().empty()) return ConversationState::idle;
        const auto received = receive(reader, service.timeouts);
        if (!received) return ConversationState::client_closed;

        if (const auto* malformed = std::get_if<http::Malformed>(&*received)) {
            const Response response = refuse(*malformed, service.settings, http::now());
            show_request(service, client, reader.buffered());
            show_response(service, client, response);
            log(service, client, reader.buffered(), nullptr, response);
            send(client, response);
            break;
        }
        const auto& head = std::get<std::string>(*received);
        const auto request = std::get<http::RequestHead>(http::parse_request(head));
        show_request(service, client, head);
        const Response response = respond(reader, request, client.peer(), service, uncached);
        show_response(service, client, response);
        log(service, client, head, &request, response);
        if (response.watcher)
            response.watcher->skip(); // skips the events of its own request and response
        send(client, response);
        if (response.watcher) service.live.show(client, *response.watcher);
        keep_alive = response.keep_alive;
    }
    client.linger();
    return ConversationState::complete;
}

} // namespace webserver
