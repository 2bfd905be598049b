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

// A client that takes less than a piece in that time (some 4 KiB/s) is too slow; how long the whole
// takes is its affair.
constexpr std::uint64_t piece_size = std::uint64_t{128} * 1024;
constexpr auto piece_patience = 30s;

// The answers to pipelined requests go out together, but no more than about this is made at once:
// who wants more gets a thread of his own.
constexpr std::size_t enough_at_once = std::size_t{64} * 1024;
constexpr std::size_t worth_copying = std::size_t{16} * 1024; // a larger piece goes out by itself

// A body that nobody asked for is read up to here to keep the connection; beyond, closing is
// cheaper.
constexpr std::uint64_t small_body = std::uint64_t{64} * 1024;

void log(const Service& service, const net::TcpStream& client, std::string_view head,
         const http::RequestHead* request, const Reply& reply)
{
    if (!service.log.is_on()) return;
    LogEntry entry{.client = client.peer().host(),
                   .time = std::chrono::system_clock::now(),
                   .request_line = http::request_line_of(head),
                   .status = reply.head.status(),
                   .body_size = reply.body_size()};
    if (request) {
        entry.referer = request->field("Referer").value_or("");
        entry.user_agent = request->field("User-Agent").value_or("");
    }
    service.log.write(entry);
}

/// Lets those who look on see a request's head, or as much of it as was understood to be wrong.
void show_request(const Service& service, const net::TcpStream& client, std::string_view head)
{
    if (service.transcript.is_on())
        service.transcript.write("from " + client.peer().text(), http::Direction::request, head);
    if (LiveFeed& feed = service.live.feed(); feed.is_watched()) feed.request(client.peer(), head);
}

void show_answer(const Service& service, const net::TcpStream& client, const Reply& reply)
{
    if (service.transcript.is_on())
        service.transcript.write("to " + client.peer().text(), http::Direction::answer,
                                 reply.head.text());
    if (LiveFeed& feed = service.live.feed(); feed.is_watched())
        feed.answer(client.peer(), reply.head.text(), reply.body_size());
}

/// The next request's head, taken out of the reader, or what is wrong with it; nothing when the
/// client has left.
std::optional<std::variant<std::string, http::Malformed>> receive(net::Reader& reader,
                                                                  const Patience& patience)
try {
    const auto deadline = net::Deadline::in(patience.head);
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

/// Sends of both what the socket takes without waiting; the rest of them.
std::string rest_of_sending(net::TcpStream& client, std::string_view text,
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
        client.write(part, net::Deadline::in(piece_patience));
        text.remove_prefix(part.size());
    }
}

void send(net::TcpStream& client, const Reply& reply)
{
    if (reply.is_in_memory()) return send_text(client, reply.text());

    std::string text = reply.head.text();
    for (const Part& part : reply.parts) {
        text += part.text;
        send_text(client, text);
        text.clear();
        for (std::uint64_t sent = 0; sent < part.range.count;) {
            const std::uint64_t count = std::min(piece_size, part.range.count - sent);
            client.send_file(reply.file->descriptor, part.range.first + sent, count,
                             net::Deadline::in(piece_patience));
            sent += count;
        }
    }
}

/// Reads a body, which no method here has a use for, so that another request can follow it. False
/// when it is longer than that is worth. Throws http::BodyError when its end can't be found.
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

/// Whether the client keeps its body back until it is told to go on (RFC 9110 §10.1.1). It is not
/// told: the answer comes at once.
bool keeps_body_back(const http::RequestHead& request)
{
    return request.minor_version >= 1 && request.framing != http::Framing::no_body &&
           request.field("Expect").has_value();
}

/// The answer to a request whose body is still in the reader, or to come.
Reply respond(net::Reader& reader, const http::RequestHead& request, const net::Address& client,
              const Service& service, FileCache& cache)
try {
    const auto expected = request.field("Expect");
    if (expected && !net::equal_ignoring_case(*expected, "100-continue")) {
        Reply reply = page_reply(417, "This server knows no expectation but 100-continue.",
                                 {request, service.site, cache, service.settings, http::now()});
        reply.conclude(request, false);
        return reply;
    }
    const bool at_end = !keeps_body_back(request) &&
                        skip_body(reader, request, net::Deadline::in(service.patience.body));
    Reply reply = service.live.concerns(request) ? service.live.answer(request, client)
                  : service.fetcher.concerns(request, client)
                      ? service.fetcher.answer(request, client)
                      : answer({request, service.site, cache, service.settings, http::now()});
    reply.conclude(request, at_end);
    return reply;
} catch (const net::Timeout&) {
    return refuse({408, "The request's body did not arrive in time."}, service.settings,
                  http::now());
} catch (const http::BodyError& error) {
    return refuse({400, std::string("The request's body: ") + error.what() + "."}, service.settings,
                  http::now());
}

/// Whether somebody must be waited for: a client for its body, another server, or events.
bool takes_time(const http::RequestHead& request, const net::TcpStream& client,
                const Service& service)
{
    return request.framing != http::Framing::no_body || request.field("Expect") ||
           service.live.concerns(request) || service.fetcher.concerns(request, client.peer());
}

} // namespace

State answer_at_once(net::TcpStream& client, const Service& service, FileCache& cache,
                     std::vector<char>& buffer, Unfinished& rest)
{
    const auto count = client.read_now(buffer);
    if (!count) return State::idle;
    if (*count == 0) return State::gone;

    std::string answers;
    std::string_view arrived(buffer.data(), *count);
    bool keep_alive = true;
    for (std::size_t made = 0; !arrived.empty() && keep_alive && made < enough_at_once;) {
        const auto parsed = http::parse_request(arrived);
        const auto* request = std::get_if<http::RequestHead>(&parsed);
        if (!request || takes_time(*request, client, service)) break;
        Reply reply = answer({*request, service.site, cache, service.settings, http::now(), true});
        reply.conclude(*request, true);
        if (!reply.is_in_memory()) break;
        show_request(service, client, arrived.substr(0, request->size));
        show_answer(service, client, reply);
        log(service, client, arrived, request, reply);
        made += reply.head.lines().size() + reply.body_size();
        if (const auto piece = reply.piece_in_memory(); piece.size() > worth_copying) {
            answers += reply.head.text();
            answers = rest_of_sending(client, answers, piece);
        } else {
            reply.append_to(answers);
        }
        keep_alive = reply.keep_alive;
        arrived.remove_prefix(request->size);
    }
    if (arrived == "\r\n") arrived = {}; // old clients end a body so, RFC 9112 §2.2
    answers = rest_of_sending(client, answers);
    if (answers.empty() && arrived.empty()) return keep_alive ? State::idle : State::over;
    rest = {std::string(arrived), std::move(answers), !keep_alive};
    return State::stuck;
}

State converse(net::TcpStream& client, const Service& service, Unfinished& rest)
{
    send_text(client, std::exchange(rest.unsent, {}));
    FileCache nothing_kept(0);
    net::Reader reader(client, std::exchange(rest.arrived, {}));
    bool keep_alive = !rest.is_last;
    while (keep_alive) {
        if (reader.buffered() == "\r\n") reader.consume(2);
        if (reader.buffered().empty()) return State::idle;
        const auto received = receive(reader, service.patience);
        if (!received) return State::gone;

        if (const auto* malformed = std::get_if<http::Malformed>(&*received)) {
            const Reply reply = refuse(*malformed, service.settings, http::now());
            show_request(service, client, reader.buffered());
            show_answer(service, client, reply);
            log(service, client, reader.buffered(), nullptr, reply);
            send(client, reply);
            break;
        }
        const auto& head = std::get<std::string>(*received);
        const auto request = std::get<http::RequestHead>(http::parse_request(head));
        show_request(service, client, head);
        const Reply reply = respond(reader, request, client.peer(), service, nothing_kept);
        show_answer(service, client, reply);
        log(service, client, head, &request, reply);
        if (reply.watcher)
            reply.watcher->skip(); // his own request; what comes from here on is for him
        send(client, reply);
        if (reply.watcher) service.live.show(client, *reply.watcher);
        keep_alive = reply.keep_alive;
    }
    client.see_off();
    return State::over;
}

} // namespace webserver
