#include "webserver/conversation.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "common/ascii.h"
#include "common/http/message.h"
#include "webserver/access_log.h"
#include "webserver/reply.h"

namespace webserver {
namespace {

// A client that takes less than a piece in that time (some 4 KiB/s) is too slow; how long the whole
// takes is its affair.
constexpr std::uint64_t piece = std::uint64_t{128} * 1024;
constexpr auto piece_patience = 30s;

// A file up to that size goes out in one write together with its head.
constexpr std::uint64_t small_file = std::uint64_t{64} * 1024;

using Request = std::variant<http::RequestHead, http::Malformed>;

/// Waits for bytes with which a head may be complete or wrong: those that end a line, or too many.
/// False at the end of the stream.
bool fill_line(net::Reader& reader, net::Deadline deadline)
{
    std::size_t seen = reader.buffered().size();
    while (reader.fill(deadline)) {
        const auto fresh = reader.buffered().substr(seen);
        if (net::contains(fresh, '\n') || reader.buffered().size() > http::max_target) return true;
        seen += fresh.size();
    }
    return false;
}

/// The next request's head, or what is wrong with it; nothing when the client has left or says
/// nothing.
std::optional<Request> receive(net::Reader& reader, const Patience& patience)
{
    bool has_begun = !reader.buffered().empty();
    try {
        if (!has_begun && !reader.fill(net::Deadline::in(patience.idle))) return std::nullopt;
        has_begun = true;
        const auto deadline = net::Deadline::in(patience.head);
        do {
            auto parsed = http::parse_request(reader.buffered());
            if (auto* head = std::get_if<http::RequestHead>(&parsed)) return std::move(*head);
            if (auto* malformed = std::get_if<http::Malformed>(&parsed))
                return std::move(*malformed);
        } while (fill_line(reader, deadline));
    } catch (const net::Timeout&) {
        if (has_begun) return http::Malformed{408, "The request did not arrive in time."};
    }
    return std::nullopt;
}

/// The whole of a small file, or what is left of it when it has just become shorter.
std::string read_file(const File& file)
{
    std::string content(file.size, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t count = ::pread(file.descriptor.get(), content.data() + filled,
                                      content.size() - filled, static_cast<off_t>(filled));
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) net::fail("read " + file.name);
        if (count == 0)
            throw net::Error("read " + file.name + ": it became shorter while it was sent");
        filled += static_cast<std::size_t>(count);
    }
    return content;
}

/// Sends head and body; the count of body bytes.
std::uint64_t send(net::TcpStream& client, const Reply& reply)
{
    const bool small = reply.file && reply.file->size <= small_file;
    const std::string body = small ? read_file(*reply.file) : reply.body;
    client.write(reply.head.text() + body, net::Deadline::in(piece_patience));
    if (!reply.file || small) return body.size();

    std::uint64_t sent = 0;
    while (sent < reply.file->size) {
        const std::uint64_t count = std::min(piece, reply.file->size - sent);
        client.send_file(reply.file->descriptor, sent, count, net::Deadline::in(piece_patience));
        sent += count;
    }
    return sent;
}

/// The last answer would be lost to a reset if the connection were closed while the client still
/// sends (RFC 9112 §9.6): read on for a moment, to nobody's use.
void linger(net::TcpStream& client)
{
    client.shutdown_writing();
    std::array<char, 4096> ignored{};
    const auto deadline = net::Deadline::in(2s);
    while (client.read(ignored, deadline) > 0) {
    }
}

std::string_view first_line(std::string_view bytes)
{
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    return bytes.substr(0, bytes.find_first_of("\r\n"));
}

} // namespace

void converse(net::TcpStream& client, const Site& site, Fetcher& fetcher, const Patience& patience)
{
    net::Reader reader(client);
    bool keep_alive = true;
    while (keep_alive) {
        const auto received = receive(reader, patience);
        if (!received) return;
        const auto* request = std::get_if<http::RequestHead>(&*received);
        const auto arrival = std::chrono::system_clock::now();

        const Reply reply = !request ? refuse(std::get<http::Malformed>(*received))
                            : fetcher.concerns(*request, client.peer())
                                ? fetcher.answer(*request, client.peer())
                                : answer(*request, site);
        LogEntry entry{.client = client.peer().host(),
                       .time = arrival,
                       .request_line = first_line(reader.buffered()),
                       .status = reply.head.status};
        if (request) {
            entry.referer = request->field("Referer").value_or("");
            entry.user_agent = request->field("User-Agent").value_or("");
        }
        entry.body_size = send(client, reply);
        log_access(entry);

        if (request) reader.consume(request->size);
        keep_alive = reply.keep_alive;
    }
    linger(client);
}

} // namespace webserver
