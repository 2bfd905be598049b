#include "proxy/exchange/relay.h"

#include <algorithm>

#include "proxy/message/send_progress.h"

namespace proxy {
namespace {

constexpr std::size_t relay_buffer_size = std::size_t{64} * 1024;

std::size_t read_stored(const StoredBody& body, std::uint64_t offset, std::span<char> buffer)
try {
    return body.read(offset, buffer);
} catch (const net::Error& error) {
    throw HttpError(500, error.what());
}

void relay_file(const StoredBody& body, http::ByteRange left, ResponseWriter& writer)
{
    std::vector<char> buffer(relay_buffer_size);
    while (left.count > 0) {
        const auto most =
            static_cast<std::size_t>(std::min<std::uint64_t>(left.count, relay_buffer_size));
        const std::size_t count = read_stored(body, left.first, std::span(buffer).first(most));
        writer.send_piece({buffer.data(), count});
        left.first += count;
        left.count -= count;
    }
}

/// The client whose request leads a collapsed request. While there are followers it is sent only as
/// much as it takes without blocking; the rest is read later from the body in progress.
class LeaderClient {
public:
    LeaderClient(ResponseWriter& writer, std::shared_ptr<BodyInProgress> body,
                 RequestCollapsing::Membership* membership)
        : writer_(writer), body_(std::move(body)), membership_(membership)
    {
    }

    /// The next piece, already written to the cache.
    void take(std::string_view piece)
    {
        attempt([&] {
            if (!is_behind_) writer_.add_piece(piece);
            if (is_behind_ || writer_.is_worth_sending()) catch_up();
        });
    }
    void flush()
    {
        attempt([this] { catch_up(); });
    }
    /// The client, or a follower, will read from the body in progress.
    [[nodiscard]] bool needs_body() const { return is_behind_ || has_followers(); }
    /// Writing to the cache ends here. Throws HttpError when the client still needs the body in
    /// progress.
    void stop_storing()
    {
        if (is_behind_) throw HttpError(502, "The client reads the response too slowly.");
        membership_ = nullptr;
    }
    /// The body is complete: sends the rest. Throws Error when the client has disconnected.
    void finish(const Fields& trailers)
    {
        if (!is_connected_) throw net::Error("the client closed the connection");
        membership_ = nullptr; // followers can read the whole body: blocking is allowed
        catch_up();
        writer_.finish(trailers);
    }

private:
    [[nodiscard]] bool has_followers() const
    {
        return membership_ != nullptr && membership_->has_followers();
    }

    void attempt(const auto& step)
    {
        try {
            if (is_connected_) return step();
        } catch (const net::Error&) {
            is_connected_ = false;
            if (!has_followers()) throw;
        }
        if (!has_followers()) throw net::Error("the client closed the connection");
    }

    void catch_up()
    {
        is_behind_ = !push();
        while (!is_behind_ && body_ && writer_.sent() < body_->size()) {
            std::vector<char> buffer(relay_buffer_size);
            const auto count = body_->read(writer_.sent(), buffer, net::Deadline::in(0s));
            writer_.add_piece({buffer.data(), count.value_or(0)});
            is_behind_ = !push();
        }
    }

    /// False when the client has not taken everything and followers must not wait for it.
    [[nodiscard]] bool push()
    {
        if (membership_ == nullptr) {
            writer_.flush();
            return true;
        }
        if (writer_.flush_by(net::Deadline::in({}))) return true;
        auto end = net::Deadline::in(writer_.timeout());
        SendProgress progress(writer_.unacknowledged());
        while (!writer_.flush_by(net::Deadline::in(has_followers() ? 0ms : 100ms))) {
            if (has_followers()) return false;
            if (progress.has_advanced(writer_.unacknowledged()))
                end = net::Deadline::in(writer_.timeout());
            else if (end.passed())
                throw net::Timeout("the client has stopped reading");
        }
        return true;
    }

    ResponseWriter& writer_;
    const std::shared_ptr<BodyInProgress> body_;
    RequestCollapsing::Membership* membership_;
    bool is_connected_ = true;
    bool is_behind_ = false;
};

/// The next piece of an origin's body, empty at its end. Before it blocks, all data received so far
/// is flushed to the client.
std::string_view next_piece(OriginRequest& origin_request, auto& client)
{
    if (const auto piece = origin_request.buffered_piece()) return *piece;
    client.flush();
    return origin_request.wait_for_piece();
}

/// Waits for bytes of a body that another client's request receives. Throws when there are none in
/// time, and when the client of `writer` has left.
std::size_t read_in_progress(BodyInProgress& body, std::uint64_t at, std::span<char> buffer,
                             const ResponseWriter& writer, net::Deadline deadline)
{
    for (;;) {
        const auto recheck = net::Deadline::earlier(deadline, net::Deadline::in(1s));
        if (const auto count = body.read(at, buffer, recheck)) return *count;
        if (!recheck.passed() || deadline.passed())
            throw HttpError(502, "The rest of the response did not arrive.");
        writer.check_connected();
    }
}

} // namespace

void relay(OriginRequest& origin_request, ResponseWriter& writer)
{
    for (;;) {
        const auto piece = next_piece(origin_request, writer);
        if (piece.empty()) break;
        writer.send_piece(piece);
    }
    writer.finish(forwardable_trailers(origin_request.trailers()));
}

void relay_stored(const std::vector<BodySegment>& segments, const StoredBody& body,
                  ResponseWriter& writer)
{
    const auto in_memory = body.in_memory();
    for (const auto& [text, bytes] : segments) {
        writer.send_piece(text);
        if (in_memory)
            writer.send_piece(in_memory->substr(bytes.first, bytes.count));
        else
            relay_file(body, bytes, writer);
    }
}

void relay_in_progress(BodyInProgress& body, ResponseWriter& writer,
                       std::chrono::milliseconds timeout)
{
    std::vector<char> buffer(relay_buffer_size);
    for (std::uint64_t at = 0;;) {
        const auto count = read_in_progress(body, at, buffer, writer, net::Deadline::in(timeout));
        if (count == 0) break;
        writer.send_piece({buffer.data(), count});
        writer.flush();
        at += count;
    }
    writer.finish();
}

void relay_and_store(OriginRequest& origin_request, CacheWriter& cache_writer,
                     ResponseWriter& writer, RequestCollapsing::Membership* membership)
{
    LeaderClient client(writer, membership != nullptr ? cache_writer.body() : nullptr, membership);
    for (;;) {
        const auto piece = next_piece(origin_request, client);
        if (piece.empty()) break;
        const bool was_possible = cache_writer.can_store();
        cache_writer.add(piece);
        client.take(piece);
        if (cache_writer.can_store()) continue;
        if (was_possible && membership != nullptr) membership->decline(); // accept no new followers
        if (!client.needs_body() || cache_writer.exceeds_capacity()) {
            client.stop_storing();
            cache_writer.abandon();
        }
    }
    cache_writer.finish();
    client.finish(forwardable_trailers(origin_request.trailers()));
}

} // namespace proxy
