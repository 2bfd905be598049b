// The answer of an origin, as the fetcher and webclient read it: head, then body of any framing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/http/body.h"
#include "common/http/message.h"

namespace {

/// A peer that sends these bytes in pieces of one size and then ends.
class Pieces : public net::Stream {
public:
    Pieces(std::string_view bytes, std::size_t size) : bytes_(bytes), size_(size) {}

    std::size_t read(std::span<char> buffer, net::Deadline) override
    {
        const std::size_t count = bytes_.substr(0, size_).copy(buffer.data(), buffer.size());
        bytes_.remove_prefix(count);
        return count;
    }
    void write(std::string_view, net::Deadline) override {}

private:
    std::string_view bytes_;
    std::size_t size_;
};

constexpr std::uint64_t most = 10'000;

/// The body's bytes, or "!" and what is wrong with it.
std::string body_of(std::string_view bytes, const http::ReceivedResponse& head, std::size_t piece)
try {
    Pieces pieces(bytes, piece);
    net::Reader reader(pieces);
    http::Body body(reader, head.framing, head.content_length, most);
    std::string all;
    for (;;) {
        const auto part = body.read(net::Deadline::never());
        if (part.empty()) return all;
        all += part;
    }
} catch (const http::BodyError& error) {
    return "!" + std::to_string(static_cast<int>(error.fault()));
}

void check(std::string_view bytes)
{
    const auto parsed = http::parse_response(bytes, "GET");
    const auto* head = std::get_if<http::ReceivedResponse>(&parsed);
    if (head == nullptr) return;
    if (head->size > bytes.size() || head->status < 100 || head->status > 599) std::abort();

    const std::string_view rest = bytes.substr(head->size);
    const std::string whole = body_of(rest, *head, bytes.size());
    if (whole.size() > most) std::abort();
    if (body_of(rest, *head, 1) != whole) std::abort(); // however the network cuts it
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check("HTTP/1.1 200 OK\r\n" + bytes);
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + bytes);
    return 0;
}
