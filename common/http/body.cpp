#include "common/http/body.h"

#include <utility>

#include "common/http/head.h"

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
    for (;;) {
        if (const auto piece = read_buffered()) return *piece;
        if (!reader_.fill(deadline)) note_end_of_stream();
    }
}

std::optional<std::string_view> Body::read_buffered()
{
    check_size(size().value_or(0));
    reader_.consume(std::exchange(unconsumed_, 0));
    std::optional<std::string_view> piece = "";
    switch (framing_) {
    case Framing::no_body: break;
    case Framing::counted: piece = next_counted(); break;
    case Framing::chunked: piece = next_chunk(); break;
    case Framing::until_close: piece = next_until_close(); break;
    }
    if (!piece) return piece;
    unconsumed_ = piece->size();
    received_ += piece->size();
    check_size(received_);
    return piece;
}

std::optional<std::string_view> Body::next_counted() const
{
    const auto next = reader_.buffered().substr(0, content_length_ - received_);
    if (next.empty() && received_ < content_length_) return std::nullopt;
    return next;
}

std::optional<std::string_view> Body::next_chunk()
{
    while (!chunks_.is_complete()) {
        const auto result = chunks_.step(reader_.buffered());
        if (std::holds_alternative<Incomplete>(result)) return std::nullopt;
        if (const auto* malformed = std::get_if<Malformed>(&result))
            throw BodyError("read the chunked body: " + malformed->reason,
                            BodyError::Fault::malformed);
        const auto& step = std::get<ChunkedDecoder::Step>(result);
        if (!step.data.empty()) return step.data; // consumed by the next call
        reader_.consume(step.size);
    }
    return "";
}

std::optional<std::string_view> Body::next_until_close() const
{
    const auto next = reader_.buffered();
    if (next.empty() && !stream_has_ended_) return std::nullopt;
    return next;
}

void Body::note_end_of_stream()
{
    if (framing_ != Framing::until_close) fail_incomplete();
    stream_has_ended_ = true;
}

std::vector<Field> Body::trailers() const
{
    std::vector<Field> fields;
    if (!chunks_.trailers().empty())
        static_cast<void>( // the decoder has validated them
            parse_fields(chunks_.trailers(), 0, {"The trailer section", max_trailers}, fields));
    return fields;
}

void Body::check_size(std::uint64_t size) const
{
    if (size > most_)
        throw BodyError("read the body: the body is larger than " + std::to_string(most_) +
                            " bytes",
                        BodyError::Fault::too_large);
}

void Body::fail_incomplete() const
{
    throw BodyError(
        "read the body: the connection ended after " + std::to_string(received_) +
            (framing_ == Framing::counted ? " of " + std::to_string(content_length_) : "") +
            " bytes",
        BodyError::Fault::incomplete);
}

} // namespace http
