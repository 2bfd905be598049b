// The multipart/byteranges media type: several ranges in one body (RFC 9110 §14.6).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/http/ranges.h"

namespace http {

/// The texts between the ranges of a body.
struct ByterangesFrame {
    std::string content_type;            // "multipart/byteranges; boundary=..."
    std::vector<std::string> part_heads; // before each range
    std::string end;                     // after the last one
    std::uint64_t body_size = 0;         // of the texts and the ranges together
};

/// The frame for `ranges` of an object of `complete_size` bytes and the media type `type`, which
/// may be empty. The boundary is random: no content is likely to contain it.
[[nodiscard]] ByterangesFrame frame_byteranges(std::span<const ByteRange> ranges,
                                               std::string_view type, std::uint64_t complete_size);

} // namespace http
