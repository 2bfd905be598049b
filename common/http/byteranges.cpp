#include "common/http/byteranges.h"

#include <random>

namespace http {

ByterangesFrame frame_byteranges(std::span<const ByteRange> ranges, std::string_view type,
                                 std::uint64_t complete_size)
{
    std::random_device random;
    const std::string boundary = "part" + std::to_string(random()) + std::to_string(random());
    ByterangesFrame frame{.content_type = "multipart/byteranges; boundary=" + boundary,
                          .part_heads = {},
                          .end = "\r\n--" + boundary + "--\r\n"};
    frame.body_size = frame.end.size();
    for (const ByteRange& range : ranges) {
        std::string head = "\r\n--" + boundary + "\r\n"; // zsync skips a line before the first one
        if (!type.empty()) head.append("Content-Type: ").append(type).append("\r\n");
        head += "Content-Range: " + content_range(range, complete_size) + "\r\n\r\n";
        frame.body_size += head.size() + range.count;
        frame.part_heads.push_back(std::move(head));
    }
    return frame;
}

} // namespace http
