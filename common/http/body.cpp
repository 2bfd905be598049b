#include "common/http/body.h"

#include <utility>

namespace http {

Body::Body(net::Reader& reader, Framing framing, std::uint64_t content_length, std::uint64_t most)
    : reader_(reader), framing_(framing), content_length_(content_length), most_(most)
{
}

std::optional<std::uint64_t> Body::size() const
{
    if (framing_ == Framing::counted) return content_length_;
    if (framing_ == Framing::no_body) return 0;
    return std::nullopt;
}

std::string_view Body::read(net::Deadline deadline)
{
    check_size(size().value_or(0));
    reader_.consume(std::exchange(given_, 0));
    std::string_view piece;
    switch (framing_) {
    case Framing::no_body: break;
    case Framing::counted: piece = read_counted(deadline); break;
    case Framing::chunked: piece = read_chunked(deadline); break;
    case Framing::until_close: piece = read_until_close(deadline); break;
    }
    given_ = piece.size();
    received_ += piece.size();
    check_size(received_);
    return piece;
}

std::string_view Body::read_counted(net::Deadline deadline)
{
    if (received_ == content_length_) return {};
    if (reader_.buffered().empty() && !reader_.fill(deadline)) fail_incomplete();
    return reader_.buffered().substr(0, content_length_ - received_);
}

std::string_view Body::read_chunked(net::Deadline deadline)
{
    while (!chunks_.is_complete()) {
        const auto result = chunks_.step(reader_.buffered());
        if (const auto* malformed = std::get_if<Malformed>(&result))
            throw BodyError("read the chunked body: " + malformed->reason,
                            BodyError::Fault::malformed);
        if (const auto* step = std::get_if<ChunkedDecoder::Step>(&result)) {
            if (!step->data.empty()) return step->data; // consumed by the next call
            reader_.consume(step->size);
        } else if (!reader_.fill(deadline)) {
            fail_incomplete();
        }
    }
    return {};
}

std::string_view Body::read_until_close(net::Deadline deadline)
{
    if (reader_.buffered().empty()) static_cast<void>(reader_.fill(deadline));
    return reader_.buffered();
}

void Body::check_size(std::uint64_t size) const
{
    if (size > most_)
        throw BodyError("read the body: it is larger than " + std::to_string(most_) + " bytes",
                        BodyError::Fault::too_large);
}

void Body::fail_incomplete() const
{
    throw BodyError(
        "read the body: the connection ended after " + std::to_string(received_) +
            (framing_ == Framing::counted ? " of " + std::to_string(content_length_) : "") +
            " bytes of it",
        BodyError::Fault::incomplete);
}

} // namespace http
