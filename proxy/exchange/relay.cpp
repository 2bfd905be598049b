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
class LeadersClient {
public:
    LeadersClient(ResponseWriter& writer, std::shared_ptr<BodyInProgress> body,
                  RequestCollapsing::Membership* shared)
        : writer_(writer), body_(std::move(body)), shared_(shared)
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
    [[nodiscard]] bool needs_body() const { return is_behind_ || others_follow(); }
    /// Writing to the cache ends here. Throws HttpError when the client still needs the body in
    /// progress.
    void expect_no_more()
    {
        if (is_behind_) throw HttpError(502, "The client takes the page too slowly.");
        shared_ = nullptr;
    }
    /// The body is complete: sends the rest. Throws Error when the client has disconnected.
    void finish(const Fields& trailers)
    {
        if (!is_there_) throw net::Error("the client left");
        shared_ = nullptr; // followers have all: now blocking is allowed
        catch_up();
        writer_.finish(trailers);
    }

private:
    [[nodiscard]] bool others_follow() const
    {
        return shared_ != nullptr && shared_->has_followers();
    }

    void attempt(const auto& step)
    {
        try {
            if (is_there_) return step();
        } catch (const net::Error&) {
            is_there_ = false;
            if (!others_follow()) throw;
        }
        if (!others_follow()) throw net::Error("the client left");
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
        if (shared_ == nullptr) {
            writer_.flush();
            return true;
        }
        if (writer_.flush_by(net::Deadline::in({}))) return true;
        auto end = net::Deadline::in(writer_.timeout());
        SendProgress progress(writer_.unacknowledged());
        while (!writer_.flush_by(net::Deadline::in(others_follow() ? 0ms : 100ms))) {
            if (others_follow()) return false;
            if (progress.goes_on(writer_.unacknowledged()))
                end = net::Deadline::in(writer_.timeout());
            else if (end.passed())
                throw net::Timeout("the client has stopped reading");
        }
        return true;
    }

    ResponseWriter& writer_;
    const std::shared_ptr<BodyInProgress> body_;
    RequestCollapsing::Membership* shared_;
    bool is_there_ = true;
    bool is_behind_ = false;
};

/// The next piece of an origin's body, empty at its end. Before it blocks, all data received so far
/// is flushed to the client.
std::string_view next_piece(OriginRequest& origin_request, auto& client)
{
    if (const auto piece = origin_request.piece_at_hand()) return *piece;
    client.flush();
    return origin_request.wait_for_piece();
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

void relay_stored(const std::vector<Stretch>& stretches, const StoredBody& body,
                  ResponseWriter& writer)
{
    const auto in_memory = body.in_memory();
    for (const auto& [text, bytes] : stretches) {
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
        const auto count = body.read(at, buffer, net::Deadline::in(timeout));
        if (!count) throw HttpError(502, "The rest of the page did not come.");
        if (*count == 0) break;
        writer.send_piece({buffer.data(), *count});
        writer.flush();
        at += *count;
    }
    writer.finish();
}

void relay_and_store(OriginRequest& origin_request, CacheWriter& cache_writer,
                     ResponseWriter& writer, RequestCollapsing::Membership* shared)
{
    LeadersClient client(writer, shared != nullptr ? cache_writer.body() : nullptr, shared);
    for (;;) {
        const auto piece = next_piece(origin_request, client);
        if (piece.empty()) break;
        const bool was_possible = cache_writer.is_possible();
        cache_writer.add(piece);
        client.take(piece);
        if (cache_writer.is_possible()) continue;
        if (was_possible && shared != nullptr) shared->decline(); // accept no new followers
        if (!client.needs_body() || cache_writer.is_too_much()) {
            client.expect_no_more();
            cache_writer.give_up();
        }
    }
    cache_writer.finish();
    client.finish(forwardable_trailers(origin_request.trailers()));
}

} // namespace proxy
