#include "proxy/cache/stored_head.h"

#include "tests/unit/cached.h"

using cached::date;
using cached::now;
using proxy::parse_content_range;
using proxy::StoredHead;
using proxy::StoredRange;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const StoredHead> sample()
{
    return StoredHead::make(
        {.url = "http://a.example/b?c",
         .variant = {"accept", "foo: 1", "user-agent:"},
         .times = {now - 1s, now},
         .status = 206,
         .reason = "Partial Content",
         .fields = {{"Content-Type", "text/plain"}, {"Cache-Control", "max-age=60"}, {"X", ""}},
         .body_size = 5,
         .body_hash = 0xab,
         .part = StoredRange{{4, 5}, 10}});
}

} // namespace

TEST_CASE("A stored head is readable text", "[proxy][stored_head]")
{
    const auto head = sample();
    REQUIRE(head);
    CHECK(head->text() == "URL: http://a.example/b?c\r\n"
                          "Variant: accept\r\n"
                          "Variant: foo: 1\r\n"
                          "Variant: user-agent:\r\n"
                          "Requested: " +
                              date(-1s) +
                              "\r\n"
                              "Received: " +
                              date(0s) +
                              "\r\n"
                              "Body: 5 bytes, sum 00000000000000ab\r\n"
                              "Part: bytes 4-8/10\r\n"
                              "\r\n"
                              "HTTP/1.1 206 Partial Content\r\n"
                              "Content-Type: text/plain\r\n"
                              "Cache-Control: max-age=60\r\n"
                              "X: \r\n"
                              "Date: " +
                              date(0s) +
                              "\r\n"
                              "\r\n");
}

TEST_CASE("A stored head is the same after parsing", "[proxy][stored_head]")
{
    const auto head = StoredHead::parse(sample()->text());
    REQUIRE(head);
    const auto& meta = head->meta();
    CHECK(meta.url == "http://a.example/b?c");
    CHECK(meta.variant == proxy::Variant{"accept", "foo: 1", "user-agent:"});
    CHECK(meta.times.requested == now - 1s);
    CHECK(meta.times.received == now);
    CHECK(meta.body_size == 5);
    CHECK(meta.body_hash == 0xab);
    CHECK(meta.part == StoredRange{{4, 5}, 10});
    CHECK(meta.reason == "Partial Content");
    CHECK(head->status() == 206);
    CHECK(head->fields().size() == 4);
    CHECK(head->control().max_age == 60s);
    CHECK(head->lifespan().lifetime == 60s);
    CHECK(head->lifespan().initial_age == 1s); // the response delay
}

TEST_CASE("A truncated stored head is invalid", "[proxy][stored_head]")
{
    const std::string text = sample()->text();
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_FALSE(StoredHead::parse(text.substr(0, size)));
    CHECK_FALSE(StoredHead::parse(text + "x"));
    CHECK(StoredHead::parse(text));
}

TEST_CASE("A stored head with a malformed line is invalid", "[proxy][stored_head]")
{
    const std::string text = sample()->text();
    struct Row {
        std::string right, wrong;
    };
    for (const auto& [right, wrong] : {
             Row{"URL: ", "Url2: "},
             {"Body: 5 bytes", "Body: 5bytes"},
             {"Body: 5 ", "Body: x "},
             {"00000000000000ab", "ab"},
             {"00000000000000ab", "00000000000000AB"},
             {"bytes 4-8/10", "bytes 4-9/10"}, // six bytes, and the body has five
             {"bytes 4-8/10", "bytes 4-8/*"},
             {"Requested: ", "Asked: "},
             {"Received: " + date(0s), "Received: today"},
             {"HTTP/1.1 206", "HTTP/1.1 999"},
             {"X: ", "X : "},
         }) {
        CAPTURE(wrong);
        std::string changed = text;
        REQUIRE(changed.find(right) != std::string::npos);
        changed.replace(changed.find(right), right.size(), wrong);
        CHECK_FALSE(StoredHead::parse(changed));
    }
}

TEST_CASE("Content-Range is parsed strictly", "[proxy][stored_head]")
{
    CHECK(parse_content_range("bytes 0-4/10") == StoredRange{{0, 5}, 10});
    CHECK(parse_content_range("BYTES 9-9/10") == StoredRange{{9, 1}, 10});
    for (const std::string_view wrong :
         {"", "bytes", "bytes 0-4", "bytes 0-4/*", "bytes */10", "bytes 5-4/10", "bytes 0-10/10",
          "bytes -4/10", "bytes 0-/10", "bytes 0-4/10 ", "bytes=0-4/10", "lines 0-4/10",
          "bytes 0-4/99999999999999999999", "bytes 0/4-10"})
        CHECK_FALSE(parse_content_range(wrong));
}

TEST_CASE("Hashes and their hexadecimal digits", "[proxy][stored_head]")
{
    CHECK(proxy::hash_of("") == 0xcbf29ce484222325); // FNV's published values
    CHECK(proxy::hash_of("a") == 0xaf63dc4c8601ec8c);
    CHECK(proxy::hash_of("foobar") == 0x85944171f73967e8);
    CHECK(proxy::hex(0x0123456789abcdef) == "0123456789abcdef");
    CHECK(proxy::parse_hex("0123456789abcdef") == 0x0123456789abcdef);
    for (const std::string_view wrong : {"", "1", "0123456789ABCDEF", "0123456789abcdefg", "x"})
        CHECK_FALSE(proxy::parse_hex(wrong));
}
