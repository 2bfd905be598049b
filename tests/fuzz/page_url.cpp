// URLs that a page or a user gives: their one spelling stays itself, and stays a URL.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/http/page_url.h"
#include "common/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto url = http::canonical_url(text);
    if (url && (!http::parse_url(*url) || http::canonical_url(*url) != url)) std::abort();
    const auto link = http::resolve_reference("http://a.example/b/c?d", text);
    if (link && http::canonical_url(*link) != link) std::abort();
    return 0;
}
