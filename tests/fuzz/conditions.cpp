// Ranges and conditions of a request for a file: whatever they say, what is sent lies in the file.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http/ranges.h"
#include "webserver/site/conditions.h"

namespace {

constexpr std::uint64_t file_size = 1000;

void check_ranges(std::string_view value, std::uint64_t size)
{
    const auto ranges = http::parse_range(value, size);
    if (!ranges) return;
    std::uint64_t sum = 0;
    for (const http::ByteRange& range : *ranges) {
        if (range.count == 0 || range.first >= size || range.count > size - range.first)
            std::abort();
        sum += range.count;
    }
    if (sum > size) std::abort(); // nothing is sent twice
}

void check_conditions(const std::string& fields)
{
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
    const auto parsed = http::parse_request(text);
    const auto* request = std::get_if<http::RequestHead>(&parsed);
    if (request == nullptr) return;
    using namespace std::chrono;
    const webserver::Validators current{.etag = "\"a\"", .modified = sys_days{2026y / 11 / 22}};
    const auto verdict = webserver::evaluate_preconditions(*request, current);
    const bool asks = request->field("If-None-Match") || request->field("If-Modified-Since");
    if (verdict == webserver::PreconditionResult::not_modified && !asks) std::abort();
    static_cast<void>(webserver::range_is_current(*request, current, current.modified + 24h));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_ranges(text, file_size);
    check_ranges("bytes=" + text, file_size);
    check_ranges("bytes=" + text, 0);
    check_conditions(text);
    check_conditions("If-None-Match: " + text);
    check_conditions("If-Modified-Since: " + text);
    check_conditions("If-Range: " + text);
    return 0;
}
