#include "common/http/byteranges.h"

#include "catch.h"

TEST_CASE("The frame of byte ranges is a multipart body around them", "[common][http][byteranges]")
{
    const std::vector<http::ByteRange> ranges{{0, 5}, {90, 10}};
    const std::string type = GENERATE("text/plain", "");
    const auto frame = http::frame_byteranges(ranges, type, 100);
    const std::string start = "multipart/byteranges; boundary=";
    REQUIRE_THAT(frame.content_type, StartsWith(start));
    const std::string delimiter = "--" + frame.content_type.substr(start.size()) + "\r\n";
    const std::string type_line = type.empty() ? "" : "Content-Type: " + type + "\r\n";
    REQUIRE(frame.part_heads.size() == 2);
    CHECK(frame.part_heads[0] ==
          "\r\n" + delimiter + type_line + "Content-Range: bytes 0-4/100\r\n\r\n");
    CHECK(frame.part_heads[1] ==
          "\r\n" + delimiter + type_line + "Content-Range: bytes 90-99/100\r\n\r\n");
    CHECK(frame.end == "\r\n" + delimiter.substr(0, delimiter.size() - 2) + "--\r\n");
    CHECK(frame.body_size ==
          frame.part_heads[0].size() + 5 + frame.part_heads[1].size() + 10 + frame.end.size());
    CHECK(http::frame_byteranges(ranges, type, 100).content_type != frame.content_type);
}
