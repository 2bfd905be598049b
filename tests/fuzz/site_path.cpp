// From a URL's path to a name below the site's folder: no spelling leads out, and what was
// taken apart is one name for each file.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/text/ascii.h"
#include "webserver/site/site.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text = "/" + std::string(reinterpret_cast<const char*>(data), size);
    const auto path = webserver::parse_site_path(text);
    if (!path) return 0;
    const std::string_view name = path->name;
    if (name.starts_with('/') || name.ends_with('/') || name.find('\0') != std::string_view::npos)
        std::abort();
    if (name.empty()) return 0;
    for (const std::string_view part : net::split(name, '/'))
        if (part.empty() || part == "." || part == "..") std::abort();
    return 0;
}
