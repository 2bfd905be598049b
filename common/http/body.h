// A message's body, however its end is marked: counted, chunked or the end of the stream (RFC 9112
// §6.3). What is not all there is an error, never a short body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/http/chunked.h"
#include "common/http/message.h"
#include "common/stream.h"

namespace http {

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

    /// How large it will be, where that is known before its end.
    [[nodiscard]] std::optional<std::uint64_t> size() const;
    /// Bytes of it read so far.
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    [[nodiscard]] std::string_view read_counted(net::Deadline deadline);
    [[nodiscard]] std::string_view read_chunked(net::Deadline deadline);
    [[nodiscard]] std::string_view read_until_close(net::Deadline deadline);
    void check_size(std::uint64_t size) const;
    [[noreturn]] void fail_incomplete() const;

    net::Reader& reader_;
    Framing framing_;
    std::uint64_t content_length_;
    std::uint64_t most_;
    std::uint64_t received_ = 0;
    std::size_t given_ = 0; // the last piece, still in the reader's buffer
    ChunkedDecoder chunks_;
};

} // namespace http
