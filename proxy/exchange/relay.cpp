#include "proxy/exchange/relay.h"

#include <algorithm>

#include "proxy/message/uptake.h"

namespace proxy {
namespace {

constexpr std::size_t relay_buffer_size = std::size_t{64} * 1024;

std::size_t read_stored(const StoredBody& body, std::uint64_t offset, std::span<char> buffer)
try {
    return body.read(offset, buffer);
} catch (const net::Error& error) {
    throw Refusal(500, error.what());
}

void relay_file(const StoredBody& body, http::ByteRange left, Delivery& delivery)
{
    std::vector<char> buffer(relay_buffer_size);
    while (left.count > 0) {
        const auto most =
            static_cast<std::size_t>(std::min<std::uint64_t>(left.count, relay_buffer_size));
        const std::size_t count = read_stored(body, left.first, std::span(buffer).first(most));
        delivery.send_piece({buffer.data(), count});
        left.first += count;
        left.count -= count;
    }
}

/// Whose request an answer was asked for that others may follow. As long as they do nobody waits
/// for him: what he does not take at once he gets later, from what is recorded.
class LeadersClient {
public:
    LeadersClient(Delivery& delivery, std::shared_ptr<GrowingBody> body, Flights::Ticket* shared)
        : delivery_(delivery), body_(std::move(body)), shared_(shared)
    {
    }

    /// The next piece, which is recorded already.
    void take(std::string_view piece)
    {
        attempt([&] {
            if (!is_behind_) delivery_.add_piece(piece);
            if (is_behind_ || delivery_.is_worth_sending()) catch_up();
        });
    }
    void flush()
    {
        attempt([this] { catch_up(); });
    }
    /// He, or others, will read what comes next from the recording.
    [[nodiscard]] bool needs_recording() const { return is_behind_ || others_follow(); }
    /// The recording ends here. Throws Refusal when he would need the rest of it.
    void expect_no_more()
    {
        if (is_behind_) throw Refusal(502, "The client takes the page too slowly.");
        shared_ = nullptr;
    }
    /// The body was whole. Throws Error when he has not got it.
    void finish(const Fields& trailers)
    {
        if (!is_there_) throw net::Error("the client left");
        shared_ = nullptr; // they have all, now it is his turn
        catch_up();
        delivery_.finish(trailers);
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
        while (!is_behind_ && body_ && delivery_.sent() < body_->size()) {
            std::vector<char> buffer(relay_buffer_size);
            const auto count = body_->read(delivery_.sent(), buffer, net::Deadline::in(0s));
            delivery_.add_piece({buffer.data(), count.value_or(0)});
            is_behind_ = !push();
        }
    }

    /// False when he has not taken all that there is for him, and others are not to wait for it.
    [[nodiscard]] bool push()
    {
        if (shared_ == nullptr) {
            delivery_.flush();
            return true;
        }
        if (delivery_.flush_by(net::Deadline::in({}))) return true;
        auto end = net::Deadline::in(delivery_.patience());
        Uptake uptake(delivery_.untaken());
        while (!delivery_.flush_by(net::Deadline::in(others_follow() ? 0ms : 100ms))) {
            if (others_follow()) return false;
            if (uptake.goes_on(delivery_.untaken()))
                end = net::Deadline::in(delivery_.patience());
            else if (end.passed())
                throw net::Timeout("the client takes no more");
        }
        return true;
    }

    Delivery& delivery_;
    const std::shared_ptr<GrowingBody> body_;
    Flights::Ticket* shared_;
    bool is_there_ = true;
    bool is_behind_ = false;
};

/// The next piece of an origin's body, empty at its end. Before a wait the client gets all that has
/// arrived.
std::string_view next_piece(Inquiry& inquiry, auto& client)
{
    if (const auto piece = inquiry.piece_at_hand()) return *piece;
    client.flush();
    return inquiry.wait_for_piece();
}

} // namespace

void relay(Inquiry& inquiry, Delivery& delivery)
{
    for (;;) {
        const auto piece = next_piece(inquiry, delivery);
        if (piece.empty()) break;
        delivery.send_piece(piece);
    }
    delivery.finish(forwardable_trailers(inquiry.trailers()));
}

void relay_stored(const std::vector<Stretch>& stretches, const StoredBody& body, Delivery& delivery)
{
    const auto in_memory = body.in_memory();
    for (const auto& [text, bytes] : stretches) {
        delivery.send_piece(text);
        if (in_memory)
            delivery.send_piece(in_memory->substr(bytes.first, bytes.count));
        else
            relay_file(body, bytes, delivery);
    }
}

void relay_growing(GrowingBody& body, Delivery& delivery, std::chrono::milliseconds patience)
{
    std::vector<char> buffer(relay_buffer_size);
    for (std::uint64_t at = 0;;) {
        const auto count = body.read(at, buffer, net::Deadline::in(patience));
        if (!count) throw Refusal(502, "The rest of the page did not come.");
        if (*count == 0) break;
        delivery.send_piece({buffer.data(), *count});
        delivery.flush();
        at += *count;
    }
    delivery.finish();
}

void relay_recorded(Inquiry& inquiry, Recording& recording, Delivery& delivery,
                    Flights::Ticket* shared)
{
    LeadersClient client(delivery, shared != nullptr ? recording.body() : nullptr, shared);
    for (;;) {
        const auto piece = next_piece(inquiry, client);
        if (piece.empty()) break;
        const bool was_possible = recording.is_possible();
        recording.add(piece);
        client.take(piece);
        if (recording.is_possible()) continue;
        if (was_possible && shared != nullptr) shared->decline(); // no new ones for this
        if (!client.needs_recording() || recording.is_too_much()) {
            client.expect_no_more();
            recording.give_up();
        }
    }
    recording.finish();
    client.finish(forwardable_trailers(inquiry.trailers()));
}

} // namespace proxy
