// A stored head that was changed on disk: it is refused, or it says the same when it is made anew.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/cache/stored_head.h"

namespace {

void check(const std::string& text)
{
    const auto head = proxy::StoredHead::parse(text);
    if (!head) return;
    const auto& meta = head->meta();
    if (meta.part && meta.part->range.count != meta.body_size) std::abort();
    const auto again = proxy::StoredHead::make(meta);
    if (!again || again->meta().url != meta.url || again->meta().variant != meta.variant ||
        again->meta().body_hash != meta.body_hash || again->status() != head->status() ||
        again->lifespan().initial_age != head->lifespan().initial_age)
        std::abort();
    if (proxy::StoredHead::parse(text.substr(0, text.size() - 1))) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    check("URL: http://a/\r\nRequested: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Received: Sun, 06 Nov 1994 08:49:38 GMT\r\nBody: 4 bytes, sum 0123456789abcdef\r\n" +
          bytes);
    check("URL: http://a/\r\nRequested: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
          "Received: Sun, 06 Nov 1994 08:49:38 GMT\r\nBody: 4 bytes, sum 0123456789abcdef\r\n\r\n"
          "HTTP/1.1 200 OK\r\n" +
          bytes);
    return 0;
}
