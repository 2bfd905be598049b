// Reads a message's body with any framing: Content-Length, chunked or until the end of the stream
// (RFC 9112 §6.3). An incomplete body is an error, never a short body.
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

/// The limit for a body of any size.
inline constexpr auto any_size = std::numeric_limits<std::uint64_t>::max();

/// A body that cannot be read to its end: "the body ended after 10 of 20 bytes".
class BodyError : public net::Error {
public:
    enum class Fault {
        malformed,  // its chunks have a syntax error
        incomplete, // the stream ended before the body
        too_large,  // it exceeds the limit
    };

    BodyError(const std::string& what, Fault fault) : Error(what), fault_(fault) {}

    [[nodiscard]] Fault fault() const noexcept { return fault_; }

private:
    Fault fault_;
};

class Body {
public:
    /// The body that begins at the reader's next byte. `most` is its size limit in bytes, chunk
    /// framing not counted. The reader must outlive it.
    Body(net::Reader& reader, Framing framing, std::uint64_t content_length, std::uint64_t most);

    /// Waits for the next piece, valid until the next call. An empty piece is the complete end;
    /// the reader's next byte is then the one after the body. Throws BodyError (too_large as soon
    /// as the size is known) and the errors of the stream.
    [[nodiscard]] std::string_view read(net::Deadline deadline);

    /// Like read() without waiting, for callers that poll several streams: nullopt when it needs
    /// more bytes than the reader has buffered. The caller then fills the reader and, at the end
    /// of its stream, calls note_end_of_stream().
    [[nodiscard]] std::optional<std::string_view> read_buffered();
    /// Reports the end of the stream. Throws BodyError unless the framing is until_close.
    void note_end_of_stream();

    /// The trailer fields of a chunked body (RFC 9110 §6.5), once it has been read to its end.
    /// Views into this object.
    [[nodiscard]] std::vector<Field> trailers() const;

    /// The body's size in bytes if the framing gives it (no_body, counted), else nullopt.
    [[nodiscard]] std::optional<std::uint64_t> size() const;
    /// Bytes of the body read so far.
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
    std::size_t unconsumed_ = 0; // size of the last piece, still in the reader's buffer
    bool stream_has_ended_ = false;
    ChunkedDecoder chunks_;
};

} // namespace http
