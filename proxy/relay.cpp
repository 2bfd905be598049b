#include "proxy/relay.h"

#include <algorithm>

namespace proxy {
namespace {

constexpr std::size_t at_once = std::size_t{64} * 1024;

std::size_t read_stored(const StoredBody& body, std::uint64_t offset, std::span<char> buffer)
try {
    return body.read(offset, buffer);
} catch (const net::Error& error) {
    throw Refusal(500, error.what());
}

void relay_file(const StoredBody& body, http::ByteRange left, Delivery& delivery)
{
    std::vector<char> buffer(at_once);
    while (left.count > 0) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left.count, at_once));
        const std::size_t count = read_stored(body, left.first, std::span(buffer).first(most));
        delivery.send_piece({buffer.data(), count});
        left.first += count;
        left.count -= count;
    }
}

} // namespace

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
    std::vector<char> buffer(at_once);
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
                    const std::function<bool()>& others_wait)
{
    bool is_client_there = true;
    const auto deliver = [&](const auto& step) {
        if (!is_client_there) return;
        try {
            step();
        } catch (const net::Error&) {
            if (!others_wait()) throw;
            is_client_there = false;
        }
    };
    for (;;) {
        auto piece = inquiry.piece_at_hand();
        if (!piece) {
            deliver([&] { delivery.flush(); });
            piece = inquiry.wait_for_piece();
        }
        if (piece->empty()) break;
        recording.add(*piece);
        deliver([&] { delivery.send_piece(*piece); });
    }
    recording.finish();
    deliver([&] { delivery.finish(forwardable_trailers(inquiry.trailers())); });
    if (!is_client_there) throw net::Error("the client left");
}

} // namespace proxy
