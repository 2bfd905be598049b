#include "common/explain/http_field_names.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "common/text/ascii.h"

namespace http {
namespace {

constexpr auto methods = std::to_array<Meaning>({
    {"GET", "send me the target's current content", "RFC 9110 §9.3.1"},
    {"HEAD", "send me only the head that GET would get", "RFC 9110 §9.3.2"},
    {"POST", "do with this body what the target is for", "RFC 9110 §9.3.3"},
    {"PUT", "let this body be the target's content from now on", "RFC 9110 §9.3.4"},
    {"DELETE", "let the target be gone", "RFC 9110 §9.3.5"},
    {"CONNECT", "be a tunnel to that host (asked of proxies)", "RFC 9110 §9.3.6"},
    {"OPTIONS", "tell me what can be asked of the target", "RFC 9110 §9.3.7"},
    {"TRACE", "send my request back to me, as you received it", "RFC 9110 §9.3.8"},
    {"PATCH", "change the target's content as this body says", "RFC 5789 §2"},
});

constexpr auto statuses = std::to_array<Meaning>({
    {"200", "here is what you asked for", "RFC 9110 §15.3.1"},
    {"204", "done, and there is no content to send", "RFC 9110 §15.3.5"},
    {"206", "here are the parts that Range asked for", "RFC 9110 §15.3.7"},
    {"301", "it has moved to Location for good: use that from now on", "RFC 9110 §15.4.2"},
    {"302", "it is at Location for now", "RFC 9110 §15.4.3"},
    {"303", "the answer is at Location: GET that", "RFC 9110 §15.4.4"},
    {"304", "the copy you have is still right: use it", "RFC 9110 §15.4.5"},
    {"307", "it is at Location for now: repeat the request there", "RFC 9110 §15.4.8"},
    {"308", "it has moved to Location for good: repeat the request there", "RFC 9110 §15.4.9"},
    {"400", "that is no valid request", "RFC 9110 §15.5.1"},
    {"401", "credentials are required", "RFC 9110 §15.5.2"},
    {"403", "understood, and refused", "RFC 9110 §15.5.4"},
    {"404", "there is nothing at that address", "RFC 9110 §15.5.5"},
    {"405", "the target does not know that method: Allow names those it does", "RFC 9110 §15.5.6"},
    {"407", "credentials for the proxy are required", "RFC 9110 §15.5.8"},
    {"408", "the request did not arrive in time", "RFC 9110 §15.5.9"},
    {"410", "what was at that address has been removed for good", "RFC 9110 §15.5.11"},
    {"412", "a condition such as If-Match is not true", "RFC 9110 §15.5.13"},
    {"413", "the body is larger than I take", "RFC 9110 §15.5.14"},
    {"414", "the target is longer than I take", "RFC 9110 §15.5.15"},
    {"416", "there are no such bytes in the file", "RFC 9110 §15.5.17"},
    {"417", "I cannot do what Expect asks", "RFC 9110 §15.5.18"},
    {"426", "ask again by another protocol: Upgrade names it", "RFC 9110 §15.5.22"},
    {"429", "you ask too often", "RFC 6585 §4"},
    {"431", "the head is larger than I take", "RFC 6585 §5"},
    {"451", "a law or a court forbids it", "RFC 7725 §3"},
    {"500", "something went wrong in here", "RFC 9110 §15.6.1"},
    {"501", "I do not know how to do that at all", "RFC 9110 §15.6.2"},
    {"502", "the server behind me answered nonsense", "RFC 9110 §15.6.3"},
    {"503", "too busy now: try again later", "RFC 9110 §15.6.4"},
    {"504", "the server behind me did not answer in time", "RFC 9110 §15.6.5"},
    {"505", "I do not speak that version of HTTP", "RFC 9110 §15.6.6"},
    {"508", "the redirects lead in a circle", "RFC 5842 §7.2"},
});

constexpr auto classes = std::to_array<Meaning>({
    {"1xx", "informational: the final answer is still to come", "RFC 9110 §15.2"},
    {"2xx", "successful: received, understood and done", "RFC 9110 §15.3"},
    {"3xx", "redirection: there is more for the client to do", "RFC 9110 §15.4"},
    {"4xx", "client error: the request cannot be fulfilled as it is", "RFC 9110 §15.5"},
    {"5xx", "server error: the request seems right, the server failed", "RFC 9110 §15.6"},
});

constexpr auto fields = std::to_array<Meaning>({
    {"Accept", "the media types the client would like, the best by q", "RFC 9110 §12.5.1"},
    {"Accept-Charset", "the encodings of text it would like (deprecated)", "RFC 9110 §12.5.2"},
    {"Accept-Encoding", "the compressions the client can undo", "RFC 9110 §12.5.3"},
    {"Accept-Language", "the languages the user can read", "RFC 9110 §12.5.4"},
    {"Accept-Ranges", "parts can be asked for, in this unit", "RFC 9110 §14.3"},
    {"Access-Control-Allow-Origin", "whose scripts may read this answer", "Fetch Standard"},
    {"Age", "how many seconds it has been in a cache", "RFC 9111 §5.1"},
    {"Allow", "the methods that the target knows", "RFC 9110 §10.2.1"},
    {"Authorization", "the credentials of the client", "RFC 9110 §11.6.2"},
    {"Cache-Control", "what caches may and must do with this", "RFC 9111 §5.2"},
    {"Cache-Status", "what a cache on the way did", "RFC 9211 §2"},
    {"Connection", "whether the connection stays open for another request", "RFC 9110 §7.6.1"},
    {"Content-Encoding", "the compression the content came in", "RFC 9110 §8.4"},
    {"Content-Language", "the language of the intended readers", "RFC 9110 §8.5"},
    {"Content-Length", "how many bytes of body follow the head", "RFC 9110 §8.6"},
    {"Content-Location", "an address of the very thing that was sent", "RFC 9110 §8.7"},
    {"Content-Range", "which bytes of the whole these are", "RFC 9110 §14.4"},
    {"Content-Security-Policy", "what the page may load and run", "CSP Level 3 §3.1"},
    {"Content-Type", "the media type of the body: how to read it", "RFC 9110 §8.3"},
    {"Cookie", "what the server asked the client to say each time", "RFC 6265 §4.2"},
    {"Cross-Origin-Resource-Policy", "which sites may use this", "Fetch Standard"},
    {"Date", "when the message was made, by the sender's clock", "RFC 9110 §6.6.1"},
    {"DNT", "do not track me (abandoned)", "Tracking Preference Expression §5.2"},
    {"ETag", "a name for this very version of the content", "RFC 9110 §8.8.3"},
    {"Expect", "tell me before I send the body", "RFC 9110 §10.1.1"},
    {"Expires", "when a cached copy gets stale", "RFC 9111 §5.3"},
    {"Forwarded", "what proxies on the way know of the client", "RFC 7239 §4"},
    {"From", "mail address of the person who runs the client", "RFC 9110 §10.1.2"},
    {"Host", "which of the sites at this address is meant", "RFC 9110 §7.2"},
    {"If-Match", "only if the version is still one of these", "RFC 9110 §13.1.1"},
    {"If-Modified-Since", "only if it has changed since", "RFC 9110 §13.1.3"},
    {"If-None-Match", "only if the version is none of these", "RFC 9110 §13.1.2"},
    {"If-Range", "the range if it is unchanged, else all of it", "RFC 9110 §13.1.5"},
    {"If-Unmodified-Since", "only if it has not changed since", "RFC 9110 §13.1.4"},
    {"Keep-Alive", "how long the connection is kept (historic)", "RFC 2068 §19.7.1"},
    {"Last-Modified", "when the content last changed", "RFC 9110 §8.8.2"},
    {"Link", "how other resources belong to this one", "RFC 8288 §3"},
    {"Location", "where to go instead", "RFC 9110 §10.2.2"},
    {"Max-Forwards", "how many proxies may pass this on", "RFC 9110 §7.6.2"},
    {"Origin", "the site whose page is behind this request", "RFC 6454 §7"},
    {"Pragma", "Cache-Control's forerunner (historic)", "RFC 9111 §5.4"},
    {"Priority", "how urgent the answer is", "RFC 9218 §5"},
    {"Proxy-Authorization", "the credentials of the client, for the proxy", "RFC 9110 §11.7.2"},
    {"Proxy-Connection", "Connection for old proxies (never standard)", "RFC 9112 §C.2.2"},
    {"Range", "only these bytes, please", "RFC 9110 §14.2"},
    {"Referer", "the page whose link or image this is", "RFC 9110 §10.1.3"},
    {"Referrer-Policy", "how much of itself the page tells in Referer", "Referrer Policy §4.1"},
    {"Retry-After", "how long to wait before trying again", "RFC 9110 §10.2.3"},
    {"Sec-Fetch-Dest", "what the browser wants it for", "Fetch Metadata §2.1"},
    {"Sec-Fetch-Mode", "by which rules the browser asks", "Fetch Metadata §2.2"},
    {"Sec-Fetch-Site", "whether the site's own page asks or another's", "Fetch Metadata §2.3"},
    {"Sec-Fetch-User", "a click or a key press is behind it", "Fetch Metadata §2.4"},
    {"Server", "the program that answers", "RFC 9110 §10.2.4"},
    {"Set-Cookie", "say this to me each time from now on", "RFC 6265 §4.1"},
    {"TE", "the transfer codings and trailers the client takes", "RFC 9110 §10.1.4"},
    {"Trailer", "the fields that will follow the body", "RFC 9110 §6.6.2"},
    {"Transfer-Encoding", "how the body is wrapped to show its end", "RFC 9112 §6.1"},
    {"Upgrade", "let us change to this protocol", "RFC 9110 §7.8"},
    {"Upgrade-Insecure-Requests", "the browser would like https",
     "Upgrade Insecure Requests §3.2.1"},
    {"User-Agent", "the program that asks", "RFC 9110 §10.1.5"},
    {"Vary", "the request's fields that the choice depended on", "RFC 9110 §12.5.5"},
    {"Via", "the proxies on the way", "RFC 9110 §7.6.3"},
    {"Warning", "what may be wrong with a cached copy (obsolete)", "RFC 9111 §5.5"},
    {"WWW-Authenticate", "how the client can authenticate", "RFC 9110 §11.6.1"},
    {"X-Content-Type-Options", "believe Content-Type, do not guess", "Fetch Standard"},
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
