// The chunked transfer coding (RFC 9112 §7.1): a strict decoder over buffered bytes, without I/O.
// It allows blanks before a chunk line's CRLF, which old servers send.
//
//     chunk          = size [ extensions ] CRLF data CRLF
//     last chunk     = 1*"0" [ extensions ] CRLF
//     chunked body   = *chunk last-chunk *( trailer field CRLF ) CRLF
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/http/message.h"

namespace http {

inline constexpr std::size_t max_chunk_line = std::size_t{4} * 1024; // extensions are very rare
inline constexpr std::size_t max_chunk_extensions =
    std::size_t{64} * 1024; // in a whole body: a megabyte of them around one byte is an attack
inline constexpr std::size_t max_trailers = std::size_t{16} * 1024;

/// The line before a chunk's data.
struct ChunkLine {
    std::uint64_t size;     // of the data; 0 for the last chunk
    std::size_t length;     // of the line, with its CRLF
    std::size_t extensions; // bytes of extensions in it; all are ignored
};

/// Parses the chunk line at the start of `bytes`.
[[nodiscard]] std::variant<Incomplete, Malformed, ChunkLine>
parse_chunk_line(std::string_view bytes);

class ChunkedDecoder {
public:
    /// The result of one step: the first `size` bytes are decoded, and `data`, a part of them,
    /// belongs to the body.
    struct Step {
        std::size_t size;
        std::string_view data;
    };

    /// Decodes the next part of `bytes`; Incomplete when it needs more of them. Do not call it
    /// again after Malformed or once is_complete().
    [[nodiscard]] std::variant<Incomplete, Malformed, Step> step(std::string_view bytes);

    /// The last chunk and the trailers are decoded.
    [[nodiscard]] bool is_complete() const { return expected_ == Expected::nothing; }
    /// The lines of the trailer fields with the empty line after them, once is_complete().
    [[nodiscard]] const std::string& trailers() const { return trailers_; }

private:
    enum class Expected { line, data, end_of_data, trailers, nothing };
    using Result = std::variant<Incomplete, Malformed, Step>;

    Result step_line(std::string_view bytes);
    Result step_data(std::string_view bytes);
    Result step_end_of_data(std::string_view bytes);
    Result step_trailers(std::string_view bytes);

    Expected expected_ = Expected::line;
    std::uint64_t left_ = 0; // bytes of the chunk's data still to come
    std::size_t extensions_ = 0;
    std::string trailers_;
};

} // namespace http
