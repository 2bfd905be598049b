#include "proxy/message/header_diff.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "proxy/message/fields.h"

namespace proxy {
namespace {

struct Reason {
    std::string_view name;
    std::string_view text;
};

constexpr auto reasons = std::to_array<Reason>({
    {"Age", "the time that the response has spent in caches (RFC 9111 §5.1)"},
    {"Cache-Status", "how the cache handled the request, and why (RFC 9211)"},
    {"Connection", "each connection has its own options (RFC 9110 §7.6.1)"},
    {"Content-Length", "each hop frames the body in its own way (RFC 9112 §6)"},
    {"Date", "the recipient adds a date to a response that has none (RFC 9110 §6.6.1)"},
    {"Expect", "HTTP/1.0 has no interim responses (RFC 9110 §10.1.1)"},
    {"Host", "the URL's host replaces the Host field (RFC 9112 §3.2.2)"},
    {"If-Modified-Since", "the cache validates its stored response (RFC 9111 §4.3.1)"},
    {"If-None-Match", "the cache validates its stored response (RFC 9111 §4.3.1)"},
    {"Max-Forwards", "each hop decreases it by one (RFC 9110 §7.6.2)"},
    {"TE", "only the value \"trailers\" is forwarded (RFC 9110 §10.1.4)"},
    {"Trailer", "only a chunked body has trailers (RFC 9110 §6.6.2)"},
    {"Transfer-Encoding", "each hop frames the body in its own way (RFC 9112 §6)"},
    {"Via", "each proxy adds its name, so that loops can be detected (RFC 9110 §7.6.3)"},
});

std::string_view reason_for(std::string_view name)
{
    const auto same = [name](const Reason& reason) {
        return net::equal_ignoring_case(reason.name, name);
    };
    if (const auto* found = std::ranges::find_if(reasons, same); found != reasons.end())
        return found->text;
    if (is_hop_by_hop(name)) return "the field is for one connection only (RFC 9110 §7.6.1)";
    return "the proxy has changed this field";
}

/// The lines of a head, without line ends.
std::vector<std::string_view> lines_of(std::string_view head)
{
    std::vector<std::string_view> lines;
    for (auto line : net::split(head, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

/// The field lines of `lines` that are not among `others`.
std::vector<std::string_view> missing(const std::vector<std::string_view>& lines,
                                      const std::vector<std::string_view>& others)
{
    std::vector<std::string_view> found;
    for (std::size_t i = 1; i < lines.size(); ++i)
        if (std::ranges::find(others, lines[i]) == others.end()) found.push_back(lines[i]);
    return found;
}

std::string note_for(std::string_view mark, std::string_view line)
{
    const auto name = line.substr(0, line.find(':'));
    return std::string(mark) + std::string(line) + "  -- " + std::string(reason_for(name));
}

} // namespace

std::vector<std::string> changes(std::string_view before, std::string_view after)
{
    const auto received = lines_of(before);
    const auto forwarded = lines_of(after);
    std::vector<std::string> notes;
    if (received.empty() || forwarded.empty()) return notes;
    if (received[0] != forwarded[0])
        notes.push_back("first line changed to: " + std::string(forwarded[0]) +
                        (forwarded[0].starts_with("HTTP/")
                             ? "  -- each hop has its own HTTP version (RFC 9110 §2.5)"
                             : "  -- the target has the form for the next hop (RFC 9112 §3.2)"));
    for (const auto line : missing(received, forwarded))
        notes.push_back(note_for("removed: ", line));
    for (const auto line : missing(forwarded, received))
        notes.push_back(note_for("added: ", line));
    return notes;
}

} // namespace proxy
