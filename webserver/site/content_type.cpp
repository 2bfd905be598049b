#include "webserver/site/content_type.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/media_type.h"

namespace webserver {
namespace {

constexpr std::string_view brotli = ".br";

/// The name without ".br".
std::string_view decoded_name(std::string_view name)
{
    return content_coding(name) == "br" ? name.substr(0, name.size() - brotli.size()) : name;
}

std::string_view extension_of(std::string_view name)
{
    const auto dot = name.find_last_of("./");
    return dot == std::string_view::npos || name[dot] == '/' ? std::string_view()
                                                             : name.substr(dot + 1);
}

std::string type_of(std::string_view name, const TypeOptions& options)
{
    const auto extension = extension_of(name);
    for (const auto& [each, type] : options.by_extension)
        if (net::equal_ignoring_case(each, extension)) return type;
    const std::string_view type = net::media_type(name);
    const bool is_known = type != net::unknown_media_type;
    return std::string(is_known || options.otherwise.empty() ? type : options.otherwise);
}

/// What follows "charset=" in a tag, as an attribute or within one; empty without it.
std::string_view charset_in(std::string_view tag)
{
    constexpr std::string_view word = "charset";
    for (auto at = tag.find(word); at != std::string_view::npos; at = tag.find(word, at + 1)) {
        std::string_view rest = net::trim(tag.substr(at + word.size()));
        if (!rest.starts_with('=')) continue;
        rest = net::trim(rest.substr(1));
        if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
        return rest.substr(0, rest.find_first_of(" ;\"'/>"));
    }
    return {};
}

bool has_other_byte_order_mark(std::string_view text)
{
    constexpr auto marks = std::to_array<std::string_view>({"\xfe\xff", "\xff\xfe"}); // UTF-16
    return std::ranges::any_of(marks, [text](auto mark) { return text.starts_with(mark); });
}

} // namespace

std::string_view content_coding(std::string_view name)
{
    if (net::equal_ignoring_case(extension_of(name), "svgz")) return "gzip";
    return name.ends_with(brotli) ? "br" : "";
}

std::string declared_charset(std::string_view html)
{
    const std::string text = net::to_lower(html);
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        const std::string_view rest = std::string_view(text).substr(at);
        if (rest.starts_with("<!--")) {
            at = text.find("-->", at + 2); // "<!-->" is a whole comment
            if (at == std::string::npos) break;
        } else if (rest.starts_with("<meta")) {
            const auto charset = charset_in(rest.substr(0, rest.find('>')));
            if (!charset.empty()) return std::string(charset);
        }
    }
    return {};
}

std::string content_type(std::string_view name, std::string_view beginning,
                         const TypeOptions& options)
{
    std::string type = type_of(decoded_name(name), options);
    const auto start = beginning.substr(0, prescan_size);
    constexpr std::string_view rule = "@charset \"";
    const std::string declared = type == "text/html" ? declared_charset(start)
                                 : type == "text/css" && start.starts_with(rule) ? "a rule"
                                                                                 : "";
    const bool has_own =
        has_other_byte_order_mark(start) || (!declared.empty() && declared != "utf-8");
    if (type.starts_with("text/") && !has_own && !net::contains(type, ';'))
        type += "; charset=utf-8";
    return type;
}

} // namespace webserver
