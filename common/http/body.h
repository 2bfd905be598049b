// A message's body, however its end is marked: counted, chunked or the end of the stream (RFC 9112
// §6.3). What is not all there is an error, never a short body.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/http/chunked.h"
#include "common/http/message.h"
#include "common/stream.h"

namespace http {

/// The limit of a body that may have any size.
inline constexpr auto any_size = std::numeric_limits<std::uint64_t>::max();

/// A body that can't be had whole: "the body ended after 10 of 20 bytes".
class BodyError : public net::Error {
public:
    enum class Fault {
        malformed,  // its chunks break the syntax
        incomplete, // the stream ended before it did
        too_large,  // it is larger than the reader takes
    };

    BodyError(const std::string& what, Fault fault) : Error(what), fault_(fault) {}

    [[nodiscard]] Fault fault() const noexcept { return fault_; }

private:
    Fault fault_;
};

class Body {
public:
    /// The body that begins at the reader's next byte. It may have `most` bytes, without what
    /// chunking adds. The reader must outlive it.
    Body(net::Reader& reader, Framing framing, std::uint64_t content_length, std::uint64_t most);

    /// Waits for the next piece; empty at the clean end, when the reader stands behind the body.
    /// Valid until the next call. Throws BodyError, also as soon as it is known that the body is
    /// too large, and what the stream throws.
    [[nodiscard]] std::string_view read(net::Deadline deadline);

    /// The same without waiting, for who waits for several things at once: nothing when it takes
    /// more bytes than the reader has buffered. He then fills the reader himself, and when that is
    /// at the end of its stream, says so.
    [[nodiscard]] std::optional<std::string_view> read_buffered();
    /// The stream has ended: throws BodyError unless that is how this body ends.
    void note_end_of_stream();

    /// The fields behind a chunked body (RFC 9110 §6.5), once it has been read to its end. Views
    /// into this object.
    [[nodiscard]] std::vector<Field> trailers() const;

    /// How large it will be, where that is known before its end.
    [[nodiscard]] std::optional<std::uint64_t> size() const;
    /// Bytes of it read so far.
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    [[nodiscard]] std::optional<std::string_view> next_counted() const;
    [[nodiscard]] std::optional<std::string_view> next_chunk();
    [[nodiscard]] std::optional<std::string_view> next_until_close() const;
    void check_size(std::uint64_t size) const;
    [[noreturn]] void fail_incomplete() const;

    net::Reader& reader_;
    Framing framing_;
    std::uint64_t content_length_;
    std::uint64_t most_;
    std::uint64_t received_ = 0;
    std::size_t given_ = 0; // the last piece, still in the reader's buffer
    bool stream_has_ended_ = false;
    ChunkedDecoder chunks_;
};

} // namespace http
