#include "common/http/message.h"

#include <algorithm>
#include <array>

#include "common/http/head.h"
#include "common/http/url.h"
#include "common/text/ascii.h"

namespace http {
namespace {

constexpr SectionLimit head_limit{"The head", max_head};

Malformed target_too_long()
{
    return {414, "The request's target is longer than " + std::to_string(max_target) + " bytes."};
}

Fault check_version(std::string_view version, RequestHead& head)
{
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                             net::is_digit(version[5]) && version[6] == '.' &&
                             net::is_digit(version[7]);
    if (!well_formed)
        return Malformed{
            400, "The request line does not end with a version such as HTTP/1.1 (RFC 9112 §2.3)."};
    if (version[5] != '1') return Malformed{505, "Only HTTP/1.0 and HTTP/1.1 are supported."};
    head.minor_version = version[7] == '0' ? 0 : 1;
    return {};
}

/// Whether the target has one of the four forms of RFC 9112 §3.2.
bool has_known_form(const RequestHead& head)
{
    if (head.method == "CONNECT") {
        const auto authority = parse_authority(head.target);
        return authority && authority->port;
    }
    if (head.target == "*") return head.method == "OPTIONS";
    return head.target.starts_with('/') || parse_url_with_userinfo(head.target);
}

Fault check_target(const RequestHead& head)
{
    const auto refused = [](char c) { return net::is_control(c) || c == ' ' || c == '#'; };
    if (std::ranges::any_of(head.target, refused))
        return Malformed{
            400, "The target contains a space, a control character or a # (RFC 9112 §3.2)."};

    if (!has_known_form(head))
        return Malformed{400, "The target is neither a path nor a URL (RFC 9112 §3.2)."};
    return {};
}

Fault parse_request_line(std::string_view line, RequestHead& head)
{
    const auto method_end = line.find(' ');
    const auto target_end = line.rfind(' ');
    head.method = line.substr(0, method_end);
    if (!is_token(head.method))
        return Malformed{400, "The request does not begin with a method (RFC 9112 §3)."};
    if (method_end == target_end)
        return Malformed{400, "The request line lacks a target or a version (RFC 9112 §3)."};

    head.target = line.substr(method_end + 1, target_end - method_end - 1);
    if (head.target.size() > max_target) return target_too_long();
    if (auto fault = check_version(line.substr(target_end + 1), head)) return fault;
    if (head.target.find("://") < head.target.find('/')) // a fragment is the client's own business
        head.target = head.target.substr(0, head.target.find('#'));
    return check_target(head);
}

Fault check_host(const RequestHead& head)
{
    const auto hosts = values(head.fields, "Host");
    if (hosts.empty() && head.minor_version >= 1)
        return Malformed{400, "An HTTP/1.1 request must have a Host field (RFC 9112 §3.2)."};
    if (hosts.size() > 1)
        return Malformed{400, "There is more than one Host field (RFC 9112 §3.2)."};
    if (!hosts.empty() && !parse_authority(hosts.front()))
        return Malformed{400, "The Host field is not a host name or an address (RFC 9110 §7.2)."};
    return {};
}

Fault check_head(RequestHead& head)
{
    if (auto fault = check_host(head)) return fault;
    head.keep_alive = is_persistent(head.fields, head.minor_version);
    return find_framing(head.fields, head.minor_version, head.framing, head.content_length);
}

/// Checks an incomplete request line: rejects a bad method or a long target early.
Fault check_unfinished_request_line(std::string_view line)
{
    const auto method_end = std::min(line.find_first_of(" \r"), line.size());
    if (!std::ranges::all_of(line.substr(0, method_end), is_token_character))
        return Malformed{400, "The request does not begin with a method (RFC 9112 §3)."};
    constexpr std::size_t around_target = std::string_view("  HTTP/1.1\r").size();
    if (line.size() - method_end > max_target + around_target) return target_too_long();
    return {};
}

/// "HTTP/1.1 200 OK"; the reason may be empty, and many servers then omit the space before it.
Fault parse_status_line(std::string_view line, ReceivedResponse& head)
{
    constexpr std::size_t status_begin = std::string_view("HTTP/1.1 ").size();
    constexpr std::size_t status_end = status_begin + 3;
    const bool well_formed =
        line.size() >= status_end && line.starts_with("HTTP/1.") && net::is_digit(line[7]) &&
        line[8] == ' ' && line[status_begin] >= '1' && line[status_begin] <= '5' &&
        net::is_digit(line[status_begin + 1]) && net::is_digit(line[status_begin + 2]) &&
        (line.size() == status_end || line[status_end] == ' ');
    if (!well_formed)
        return Malformed{
            502, "The response does not begin with a line such as HTTP/1.1 200 OK (RFC 9112 §4)."};

    head.minor_version = line[7] == '0' ? 0 : 1;
    for (const char digit : line.substr(status_begin, 3))
        head.status = 10 * head.status + (digit - '0');
    head.reason = line.substr(std::min(status_end + 1, line.size()));
    if (std::ranges::any_of(head.reason, [](char c) { return net::is_control(c) && c != '\t'; }))
        return Malformed{502, "The status line contains a control character (RFC 9112 §4)."};
    return {};
}

/// Responses without a body, whatever their fields say (RFC 9112 §6.3).
bool has_no_body(int status, std::string_view method)
{
    return method == "HEAD" || status < 200 || status == 204 || status == 304 ||
           (method == "CONNECT" && status < 300);
}

Fault check_head(ReceivedResponse& head, std::string_view method)
{
    head.framing = Framing::until_close;
    if (auto fault =
            find_framing(head.fields, head.minor_version, head.framing, head.content_length))
        return fault;
    if (has_no_body(head.status, method)) head.framing = Framing::no_body;
    head.keep_alive =
        head.framing != Framing::until_close && is_persistent(head.fields, head.minor_version);
    return {};
}

/// A malformed response is the server's fault: status 502.
Malformed bad_response(const Malformed& malformed)
{
    return {502, malformed.reason};
}

} // namespace

std::variant<Incomplete, Malformed, RequestHead> parse_request(std::string_view bytes)
{
    RequestHead head;
    const std::size_t begin = bytes.starts_with("\r\n") ? 2 : 0;
    auto line = first_line(bytes.substr(begin));
    if (!line) {
        if (auto fault = check_unfinished_request_line(bytes.substr(begin))) return *fault;
        if (bytes.size() > max_head) return too_long(head_limit);
        return Incomplete{};
    }
    const std::size_t line_end = begin + line->size();
    if (auto fault = end_line(*line)) return *fault;
    if (auto fault = parse_request_line(*line, head)) return *fault;

    const auto fields_end = parse_fields(bytes, line_end, head_limit, head.fields);
    if (std::holds_alternative<Incomplete>(fields_end)) return Incomplete{};
    if (const auto* malformed = std::get_if<Malformed>(&fields_end)) return *malformed;
    head.size = std::get<std::size_t>(fields_end);
    if (auto fault = check_head(head)) return *fault;
    return head;
}

std::string_view request_line_of(std::string_view bytes)
{
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2); // skip one empty line, RFC 9112 §2.2
    return bytes.substr(0, bytes.find_first_of("\r\n"));
}

std::variant<Incomplete, Malformed, ReceivedResponse> parse_response(std::string_view bytes,
                                                                     std::string_view method)
{
    ReceivedResponse head;
    auto line = first_line(bytes);
    if (!bytes.starts_with(std::string_view("HTTP/").substr(0, bytes.size())))
        return Malformed{502, "The response does not begin with HTTP/ (RFC 9112 §4)."};
    if (!line && bytes.size() > max_head) return bad_response(too_long(head_limit));
    if (!line) return Incomplete{};

    const std::size_t line_end = line->size();
    if (auto fault = end_line(*line)) return bad_response(*fault);
    if (auto fault = parse_status_line(*line, head)) return *fault;

    const auto fields_end = parse_fields(bytes, line_end, head_limit, head.fields);
    if (std::holds_alternative<Incomplete>(fields_end)) return Incomplete{};
    if (const auto* malformed = std::get_if<Malformed>(&fields_end))
        return bad_response(*malformed);
    head.size = std::get<std::size_t>(fields_end);
    if (auto fault = check_head(head, method)) return bad_response(*fault);
    return head;
}

std::string_view reason_phrase(int status)
{
    struct Phrase {
        int status;
        std::string_view text;
    };
    constexpr std::array phrases = std::to_array<Phrase>({
        {200, "OK"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {451, "Unavailable For Legal Reasons"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
        {508, "Loop Detected"},
    });
    const auto* found = std::ranges::find(phrases, status, &Phrase::status);
    return found == phrases.end() ? std::string_view() : found->text;
}

} // namespace http
