#include "common/http/page_url.h"

#include <vector>

#include "common/text/ascii.h"

namespace http {
namespace {

std::string_view without_fragment(std::string_view text)
{
    return text.substr(0, text.find('#'));
}

/// Percent-encodes only bytes that are illegal everywhere in a URL; existing escapes stay.
std::string encode_foreign_bytes(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && !net::contains("\"<>\\^`{|}", c))
            encoded += c;
        else
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return encoded;
}

/// RFC 3986 §5.2.4, for a path that begins with a slash.
std::string remove_dot_segments(std::string_view path)
{
    std::vector<std::string_view> kept;
    const auto segments = net::split(path.substr(1), '/');
    for (const auto segment : segments) {
        if (segment == ".." && !kept.empty()) kept.pop_back();
        if (segment != "." && segment != "..") kept.push_back(segment);
    }
    if (segments.back() == "." || segments.back() == "..") kept.emplace_back();

    std::string result;
    for (const auto segment : kept)
        result += "/" + std::string(segment);
    return result.empty() ? "/" : result;
}

bool has_scheme(std::string_view reference)
{
    const auto end = reference.find_first_of(":/?#");
    return end != std::string_view::npos && end > 0 && reference[end] == ':' &&
           net::is_letter(reference.front());
}

std::string origin_of(const Url& url)
{
    return std::string(url.scheme) + "://" + authority_of(url);
}

} // namespace

std::uint16_t port_of(const Url& url)
{
    return url.port.value_or(net::equal_ignoring_case(url.scheme, "https") ? 443 : 80);
}

std::string authority_of(const Url& url)
{
    std::string authority(url.host);
    if (url.port) authority += ":" + std::to_string(*url.port);
    return authority;
}

std::optional<std::string> canonical_url(std::string_view text)
{
    const std::string encoded = encode_foreign_bytes(net::trim(without_fragment(text)));
    auto url = parse_url(encoded);
    if (!url || net::contains(url->host, '%')) return std::nullopt; // DNS names have no escapes

    const std::string scheme = net::to_lower(url->scheme);
    const std::string host = net::to_lower(url->host);
    url->scheme = scheme;
    url->host = host;
    if (url->port == port_of({.scheme = scheme, .host = host, .port = {}, .path = {}, .query = {}}))
        url->port.reset();
    return origin_of(*url) + remove_dot_segments(url->path.empty() ? "/" : url->path) +
           std::string(url->query);
}

std::optional<std::string> resolve_reference(const std::string& base, std::string_view reference)
{
    const auto page = parse_url(base);
    reference = net::trim(without_fragment(reference));
    if (!page) return std::nullopt;
    if (has_scheme(reference)) return canonical_url(reference);

    const std::string origin = origin_of(*page);
    const std::string link(reference);
    if (link.empty()) return base;
    if (link.starts_with("//")) return canonical_url(std::string(page->scheme) + ":" + link);
    if (link.starts_with('/')) return canonical_url(origin + link);
    if (link.starts_with('?')) return canonical_url(origin + std::string(page->path) + link);
    const auto folder = page->path.substr(0, page->path.rfind('/') + 1);
    return canonical_url(origin + std::string(folder) + link);
}

std::optional<std::string> url_from_user(std::string_view text)
{
    text = net::trim(text);
    if (text.find("://") != std::string_view::npos) return canonical_url(text);
    return canonical_url("http://" + std::string(text));
}

} // namespace http
