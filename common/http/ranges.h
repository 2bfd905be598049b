// Byte ranges (RFC 9110 §14): which parts of a file a Range field asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Bytes of a file from `first` on.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The parts of a file of `size` bytes that a Range field's value asks for, as they are to be sent:
/// cut at the end of the file, those beyond it left out; when some overlap, all are put in order
/// and joined (§15.3.7.2). No range in the list is empty. An empty list: none can be satisfied, or
/// one is malformed (416, §15.5.17). Nothing: the field is to be ignored, because it is of another
/// unit, of more than 64 parts, of several that are the whole file, or of an empty one.
[[nodiscard]] std::optional<std::vector<ByteRange>> parse_range(std::string_view value,
                                                                std::uint64_t size);

/// "bytes 0-99/1234" (§14.4)
[[nodiscard]] std::string content_range(const ByteRange& range, std::uint64_t size);

} // namespace http
