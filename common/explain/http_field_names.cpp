#include "common/explain/http_field_names.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "common/text/ascii.h"

namespace http {
namespace {

constexpr auto methods = std::to_array<Meaning>({
    {"GET", "get the target's current content", "RFC 9110 §9.3.1"},
    {"HEAD", "get only the head of the response to GET", "RFC 9110 §9.3.2"},
    {"POST", "process this body as the target's own rules say", "RFC 9110 §9.3.3"},
    {"PUT", "replace the target's content with this body", "RFC 9110 §9.3.4"},
    {"DELETE", "remove the target", "RFC 9110 §9.3.5"},
    {"CONNECT", "ask a proxy for a tunnel to that host", "RFC 9110 §9.3.6"},
    {"OPTIONS", "list the methods and features of the target", "RFC 9110 §9.3.7"},
    {"TRACE", "return the request as the server received it", "RFC 9110 §9.3.8"},
    {"PATCH", "change the target's content as this body says", "RFC 5789 §2"},
});

constexpr auto statuses = std::to_array<Meaning>({
    {"200", "the request succeeded", "RFC 9110 §15.3.1"},
    {"204", "the request succeeded, without content in the response", "RFC 9110 §15.3.5"},
    {"206", "the parts that Range asked for", "RFC 9110 §15.3.7"},
    {"301", "moved permanently: use Location from now on", "RFC 9110 §15.4.2"},
    {"302", "found at Location, for now", "RFC 9110 §15.4.3"},
    {"303", "the response is at Location: fetch it with GET", "RFC 9110 §15.4.4"},
    {"304", "the client's stored copy is still valid", "RFC 9110 §15.4.5"},
    {"307", "moved temporarily: repeat the request at Location", "RFC 9110 §15.4.8"},
    {"308", "moved permanently: repeat the request at Location", "RFC 9110 §15.4.9"},
    {"400", "the request is not valid", "RFC 9110 §15.5.1"},
    {"401", "credentials are required", "RFC 9110 §15.5.2"},
    {"403", "the server refuses the request", "RFC 9110 §15.5.4"},
    {"404", "there is nothing at that address", "RFC 9110 §15.5.5"},
    {"405", "the target does not support the method; Allow lists others", "RFC 9110 §15.5.6"},
    {"406", "the server has no form of it that the client accepts", "RFC 9110 §15.5.7"},
    {"407", "credentials for the proxy are required", "RFC 9110 §15.5.8"},
    {"408", "the request did not arrive in time", "RFC 9110 §15.5.9"},
    {"410", "the target was removed permanently", "RFC 9110 §15.5.11"},
    {"412", "a condition such as If-Match is not true", "RFC 9110 §15.5.13"},
    {"413", "the body is larger than the server accepts", "RFC 9110 §15.5.14"},
    {"414", "the URL is longer than the server accepts", "RFC 9110 §15.5.15"},
    {"416", "the range is outside the content", "RFC 9110 §15.5.17"},
    {"417", "the server cannot meet Expect", "RFC 9110 §15.5.18"},
    {"421", "the request has reached a server that does not answer for this name",
     "RFC 9110 §15.5.20"},
    {"426", "another protocol is required: Upgrade names it", "RFC 9110 §15.5.22"},
    {"429", "the client sends too many requests", "RFC 6585 §4"},
    {"431", "the head is larger than the server accepts", "RFC 6585 §5"},
    {"451", "a law or a court forbids the content", "RFC 7725 §3"},
    {"500", "an error in the server", "RFC 9110 §15.6.1"},
    {"501", "the server does not implement the method", "RFC 9110 §15.6.2"},
    {"502", "the upstream server sent an invalid response", "RFC 9110 §15.6.3"},
    {"503", "the server is overloaded or down: try again later", "RFC 9110 §15.6.4"},
    {"504", "the upstream server did not respond in time", "RFC 9110 §15.6.5"},
    {"505", "the server does not support this version of HTTP", "RFC 9110 §15.6.6"},
    {"508", "the redirects form a loop", "RFC 5842 §7.2"},
});

constexpr auto classes = std::to_array<Meaning>({
    {"1xx", "informational: the final response follows", "RFC 9110 §15.2"},
    {"2xx", "successful: received, understood and done", "RFC 9110 §15.3"},
    {"3xx", "redirection: the client must take another step", "RFC 9110 §15.4"},
    {"4xx", "client error: the request cannot be fulfilled as it is", "RFC 9110 §15.5"},
    {"5xx", "server error: the request seems valid, the server failed", "RFC 9110 §15.6"},
});

constexpr auto fields = std::to_array<Meaning>({
    {"Accept", "the media types that the client prefers; q ranks them", "RFC 9110 §12.5.1"},
    {"Accept-Charset", "the character encodings it prefers (deprecated)", "RFC 9110 §12.5.2"},
    {"Accept-Encoding", "the compressions that the client can decode", "RFC 9110 §12.5.3"},
    {"Accept-Language", "the languages that the user prefers", "RFC 9110 §12.5.4"},
    {"Accept-Ranges", "the unit in which ranges can be requested", "RFC 9110 §14.3"},
    {"Access-Control-Allow-Origin", "the site whose scripts may read the response",
     "Fetch Standard"},
    {"Age", "the seconds since the origin sent or verified it", "RFC 9111 §5.1"},
    {"Allow", "the methods that the target supports", "RFC 9110 §10.2.1"},
    {"Authorization", "the credentials of the client", "RFC 9110 §11.6.2"},
    {"Cache-Control", "what caches may and must do with this", "RFC 9111 §5.2"},
    {"Cache-Status", "what a cache on the way did", "RFC 9211 §2"},
    {"Connection", "whether the connection stays open for another request", "RFC 9110 §7.6.1"},
    {"Content-Encoding", "the compression of the content", "RFC 9110 §8.4"},
    {"Content-Language", "the language of the intended readers", "RFC 9110 §8.5"},
    {"Content-Length", "how many bytes of body follow the head", "RFC 9110 §8.6"},
    {"Content-Location", "an address of exactly the content that was sent", "RFC 9110 §8.7"},
    {"Content-Range", "the position of these bytes in the whole content", "RFC 9110 §14.4"},
    {"Content-Security-Policy", "what the page may load and run", "CSP Level 3 §3.1"},
    {"Content-Type", "the media type of the body: how to read it", "RFC 9110 §8.3"},
    {"Cookie", "data that the server asked the client to send back", "RFC 6265 §4.2"},
    {"Cross-Origin-Resource-Policy", "which sites may use this", "Fetch Standard"},
    {"Date", "when the message was made, by the sender's clock", "RFC 9110 §6.6.1"},
    {"DNT", "do not track me (abandoned)", "Tracking Preference Expression §5.2"},
    {"ETag", "an identifier of this version of the content", "RFC 9110 §8.8.3"},
    {"Expect", "the client waits for 100 before it sends the body", "RFC 9110 §10.1.1"},
    {"Expires", "when a cached copy becomes stale", "RFC 9111 §5.3"},
    {"Forwarded", "the client and the proxies on the way, as proxies report them", "RFC 7239 §4"},
    {"From", "mail address of the person who runs the client", "RFC 9110 §10.1.2"},
    {"Host", "the URL's host and port, which select the site", "RFC 9110 §7.2"},
    {"If-Match", "do this only if the version is one of these", "RFC 9110 §13.1.1"},
    {"If-Modified-Since", "do this only if the content changed after this date",
     "RFC 9110 §13.1.3"},
    {"If-None-Match", "do this only if the version is none of these", "RFC 9110 §13.1.2"},
    {"If-Range", "the range if the content is unchanged, else all", "RFC 9110 §13.1.5"},
    {"If-Unmodified-Since", "do this only if the content is unchanged since", "RFC 9110 §13.1.4"},
    {"Keep-Alive", "how long the connection is kept (historic)", "RFC 2068 §19.7.1"},
    {"Last-Modified", "when the content last changed", "RFC 9110 §8.8.2"},
    {"Link", "related resources and their relation to this one", "RFC 8288 §3"},
    {"Location", "the URL to use instead, or of a new resource", "RFC 9110 §10.2.2"},
    {"Max-Forwards", "how many proxies may forward this", "RFC 9110 §7.6.2"},
    {"Origin", "the site whose page caused this request", "RFC 6454 §7"},
    {"Pragma", "Cache-Control's forerunner (historic)", "RFC 9111 §5.4"},
    {"Priority", "how urgent the response is", "RFC 9218 §5"},
    {"Proxy-Authorization", "the credentials of the client, for the proxy", "RFC 9110 §11.7.2"},
    {"Proxy-Connection", "Connection for old proxies (never standard)", "RFC 9112 §C.2.2"},
    {"Range", "request only these bytes", "RFC 9110 §14.2"},
    {"Referer", "the page with the link or image requested here", "RFC 9110 §10.1.3"},
    {"Referrer-Policy", "how much of the page's URL Referer contains", "Referrer Policy §4.1"},
    {"Retry-After", "how long to wait before trying again", "RFC 9110 §10.2.3"},
    {"Sec-Fetch-Dest", "the use of the content in the browser", "Fetch Metadata §2.1"},
    {"Sec-Fetch-Mode", "the browser's mode of the request", "Fetch Metadata §2.2"},
    {"Sec-Fetch-Site", "whether the page belongs to the same site", "Fetch Metadata §2.3"},
    {"Sec-Fetch-User", "the user caused the request", "Fetch Metadata §2.4"},
    {"Server", "the server's program", "RFC 9110 §10.2.4"},
    {"Set-Cookie", "data for the client to send back each time", "RFC 6265 §4.1"},
    {"TE", "the transfer codings that the client accepts", "RFC 9110 §10.1.4"},
    {"Trailer", "the fields that follow the body", "RFC 9110 §6.6.2"},
    {"Transfer-Encoding", "the coding of the body, such as chunked", "RFC 9112 §6.1"},
    {"Upgrade", "request to change to this protocol", "RFC 9110 §7.8"},
    {"Upgrade-Insecure-Requests", "the browser prefers https", "Upgrade Insecure Requests §3.2.1"},
    {"User-Agent", "the client's program", "RFC 9110 §10.1.5"},
    {"Vary", "the request fields that selected this response", "RFC 9110 §12.5.5"},
    {"Via", "the proxies on the way", "RFC 9110 §7.6.3"},
    {"Warning", "what may be wrong with a cached copy (obsolete)", "RFC 9111 §5.5"},
    {"WWW-Authenticate", "how the client can authenticate", "RFC 9110 §11.6.1"},
    {"X-Content-Type-Options", "use Content-Type, do not guess another type", "Fetch Standard"},
    {"X-Forwarded-For", "the client's address, as a proxy saw it", "no standard; see RFC 7239"},
    {"X-Frame-Options", "which sites may show this page in a frame", "RFC 7034 §2"},
});

template <typename Table, typename Same>
std::optional<Meaning> find(const Table& table, std::string_view word, Same same)
{
    const auto found = std::ranges::find_if(
        table, [&](const Meaning& meaning) { return same(meaning.word, word); });
    if (found == table.end()) return std::nullopt;
    return *found;
}

} // namespace

std::optional<Meaning> method_meaning(std::string_view method)
{
    return find(methods, method, std::equal_to<>());
}

std::optional<Meaning> field_meaning(std::string_view name)
{
    return find(fields, name, net::equal_ignoring_case);
}

std::optional<Meaning> status_meaning(std::string_view status)
{
    return find(statuses, status, std::equal_to<>());
}

std::optional<Meaning> status_class_meaning(std::string_view status)
{
    if (status.size() != 3 || !std::ranges::all_of(status, net::is_digit)) return std::nullopt;
    return find(classes, std::string(status.substr(0, 1)) + "xx", std::equal_to<>());
}

} // namespace http
