// Byte ranges (RFC 9110 §14): the parts of a file that a Range field requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// `count` bytes of a file from offset `first` on.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The parts of a file of `size` bytes that a Range field's value requests, as they are to be sent:
/// cut at the end of the file, without those beyond it. If some overlap, all are sorted and joined
/// (§15.3.7.2). No range in the list is empty. An empty list: none can be satisfied, or one is
/// malformed (416, §15.5.17). Nullopt: ignore the field, because it has another unit, has more than
/// 64 parts, has several that cover the whole file, or the file is empty.
[[nodiscard]] std::optional<std::vector<ByteRange>> parse_range(std::string_view value,
                                                                std::uint64_t size);

/// "bytes 0-99/1234" (§14.4)
[[nodiscard]] std::string content_range(const ByteRange& range, std::uint64_t size);

} // namespace http
