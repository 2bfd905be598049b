#include "webserver/site/site_path.h"

#include <algorithm>

#include "common/http/url.h"
#include "common/text/ascii.h"

namespace webserver {

std::optional<SitePath> parse_site_path(std::string_view path)
{
    const auto decoded = http::percent_decode(path);
    if (!decoded || net::contains(*decoded, '\0')) return std::nullopt;

    SitePath found;
    std::string& name = found.name; // with a slash before each segment; the first is erased below
    for (std::string_view rest = *decoded;;) {
        const auto end = rest.find('/');
        const auto segment = rest.substr(0, end);
        found.is_folder = segment.empty() || segment == "." || segment == "..";
        if (segment == "..")
            name.erase(name.empty() ? 0 : name.rfind('/'));
        else if (!found.is_folder)
            name.append("/").append(segment);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    name.erase(0, 1);
    return found;
}

bool is_hidden(std::string_view name)
{
    return name.starts_with('.') && name != ".well-known";
}

bool is_hidden_path(std::string_view path)
{
    return std::ranges::any_of(net::split(path, '/'), is_hidden);
}

} // namespace webserver
