#include "common/http/message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/ascii.h"
#include "common/http/url.h"

namespace http {
namespace {

using Fault = std::optional<Malformed>; // nothing: all is well

/// tchar, RFC 9110 §5.6.2
constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) {
        const auto letter = static_cast<char>(c);
        table[c] = net::is_letter(letter) || net::is_digit(letter) ||
                   (letter != '\0' && net::contains("!#$%&'*+-.^_`|~", letter));
    }
    return table;
}();

constexpr bool is_token_character(char c)
{
    return token_characters[static_cast<unsigned char>(c)];
}

Malformed target_too_long()
{
    return {414, "The target is longer than " + std::to_string(max_target) + " bytes."};
}

Malformed head_too_long()
{
    return {431, "The head is longer than " + std::to_string(max_head) + " bytes."};
}

/// The line at the start of `bytes`, with its LF; nothing while that has not come.
std::optional<std::string_view> first_line(std::string_view bytes)
{
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    return bytes.substr(0, end + 1);
}

/// Takes the line's CRLF off.
Fault end_line(std::string_view& line)
{
    line.remove_suffix(1);
    if (!line.ends_with('\r')) return Malformed{400, "A line ended without CR (RFC 9112 §2.2)."};
    line.remove_suffix(1);
    if (net::contains(line, '\r'))
        return Malformed{400, "A CR stood inside a line (RFC 9112 §2.2)."};
    return {};
}

Fault check_version(std::string_view version, RequestHead& head)
{
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") &&
                             net::is_digit(version[5]) && version[6] == '.' &&
                             net::is_digit(version[7]);
    if (!well_formed)
        return Malformed{
            400, "The request line does not end with a version such as HTTP/1.1 (RFC 9112 §2.3)."};
    if (version[5] != '1') return Malformed{505, "This server speaks HTTP/1.0 and HTTP/1.1."};
    head.minor_version = version[7] == '0' ? 0 : 1;
    return {};
}

/// One of the four forms of RFC 9112 §3.2.
bool has_known_form(const RequestHead& head)
{
    if (head.method == "CONNECT") {
        const auto authority = parse_authority(head.target);
        return authority && authority->port;
    }
    if (head.target == "*") return head.method == "OPTIONS";
    return head.target.starts_with('/') || parse_url(head.target);
}

Fault check_target(const RequestHead& head)
{
    const auto refused = [](char c) { return net::is_control(c) || c == ' ' || c == '#'; };
    if (std::ranges::any_of(head.target, refused))
        return Malformed{400,
                         "The target holds a space, a control character or a # (RFC 9112 §3.2)."};

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
        return Malformed{400, "A request line is a method, a target and a version (RFC 9112 §3)."};

    head.target = line.substr(method_end + 1, target_end - method_end - 1);
    if (head.target.size() > max_target) return target_too_long();
    if (auto fault = check_version(line.substr(target_end + 1), head)) return fault;
    return check_target(head);
}

Fault parse_field(std::string_view line, std::vector<Field>& fields)
{
    if (line.starts_with(' ') || line.starts_with('\t'))
        return Malformed{400, "A header line began with white space (RFC 9112 §2.2, §5.2)."};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return Malformed{400, "A header line had no colon (RFC 9112 §5)."};
    if (!is_token(line.substr(0, colon)))
        return Malformed{400, "A header field's name was empty or no token (RFC 9112 §5.1)."};
    const auto value = net::trim(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](char c) { return net::is_control(c) && c != '\t'; }))
        return Malformed{400, "A header field's value held a control character (RFC 9110 §5.5)."};
    if (fields.size() == max_fields)
        return Malformed{431,
                         "There are more than " + std::to_string(max_fields) + " header lines."};
    fields.push_back({line.substr(0, colon), value});
    return {};
}

/// The values of all fields of that name.
std::vector<std::string_view> values(const RequestHead& head, std::string_view name)
{
    std::vector<std::string_view> found;
    for (const Field& field : head.fields)
        if (net::equal_ignoring_case(field.name, name)) found.push_back(field.value);
    return found;
}

Fault check_host(const RequestHead& head)
{
    const auto hosts = values(head, "Host");
    if (hosts.empty() && head.minor_version >= 1)
        return Malformed{400, "An HTTP/1.1 request names its Host (RFC 9112 §3.2)."};
    if (hosts.size() > 1) return Malformed{400, "There is more than one Host (RFC 9112 §3.2)."};
    if (!hosts.empty() && !parse_authority(hosts.front()))
        return Malformed{400, "The Host is not a host's name or address (RFC 9110 §7.2)."};
    return {};
}

/// Transfer-Encoding: only "chunked", once and last, can be undone here (RFC 9112 §6.1, §7).
Fault check_codings(const std::vector<std::string_view>& lines)
{
    std::vector<std::string_view> codings;
    for (const auto line : lines)
        for (const auto coding : net::split(line, ','))
            codings.push_back(net::trim(coding));

    const auto is_chunked = [](auto coding) { return net::equal_ignoring_case(coding, "chunked"); };
    if (!std::ranges::all_of(codings, [](auto coding) {
            return is_token(coding.substr(0, coding.find_first_of("; \t")));
        }))
        return Malformed{400, "Transfer-Encoding does not name a coding (RFC 9112 §6.1)."};
    if (!is_chunked(codings.back()) || std::ranges::count_if(codings, is_chunked) > 1)
        return Malformed{400, "Transfer-Encoding does not end with chunked, once (RFC 9112 §6.3)."};
    if (codings.size() > 1)
        return Malformed{501,
                         "Of the transfer codings only chunked is known here (RFC 9112 §6.1)."};
    return {};
}

/// RFC 9112 §6.3, without mercy: where two readers could see two ends, smuggling begins (§11.2).
Fault find_framing(RequestHead& head)
{
    const auto codings = values(head, "Transfer-Encoding");
    const auto lengths = values(head, "Content-Length");
    if (!codings.empty()) {
        if (head.minor_version == 0)
            return Malformed{400, "HTTP/1.0 has no Transfer-Encoding (RFC 9112 §6.1)."};
        if (!lengths.empty())
            return Malformed{
                400, "Transfer-Encoding and Content-Length exclude each other (RFC 9112 §6.3)."};
        head.framing = Framing::chunked;
        return check_codings(codings);
    }
    if (lengths.empty()) return {};

    if (lengths.size() > 1)
        return Malformed{400, "There is more than one Content-Length (RFC 9112 §6.3)."};
    const auto digits = lengths.front();
    const auto [end, status] = std::from_chars(digits.begin(), digits.end(), head.content_length);
    if (status != std::errc() || end != digits.end())
        return Malformed{400, "Content-Length is not a number below 2^64 (RFC 9110 §8.6)."};
    if (head.content_length > 0) head.framing = Framing::counted;
    return {};
}

bool wants_keep_alive(const RequestHead& head)
{
    bool keep_alive = head.minor_version >= 1;
    for (const auto value : values(head, "Connection")) {
        if (has_token(value, "close")) return false;
        if (has_token(value, "keep-alive")) keep_alive = true;
    }
    return keep_alive;
}

Fault check_head(RequestHead& head)
{
    if (auto fault = check_host(head)) return fault;
    if (auto fault = find_framing(head)) return fault;
    head.keep_alive = wants_keep_alive(head);
    return {};
}

/// What can be said of a request line whose end has not come.
Fault check_unfinished_request_line(std::string_view line)
{
    const auto method_end = std::min(line.find_first_of(" \r"), line.size());
    if (!std::ranges::all_of(line.substr(0, method_end), is_token_character))
        return Malformed{400, "The request does not begin with a method (RFC 9112 §3)."};
    constexpr std::size_t around_target = std::string_view("  HTTP/1.1\r").size();
    if (line.size() - method_end > max_target + around_target) return target_too_long();
    return {};
}

} // namespace

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_token_character);
}

std::optional<std::string_view> RequestHead::field(std::string_view name) const
{
    for (const Field& field : fields)
        if (net::equal_ignoring_case(field.name, name)) return field.value;
    return std::nullopt;
}

std::variant<Incomplete, Malformed, RequestHead> parse_request(std::string_view bytes)
{
    RequestHead head;
    std::string_view rest = bytes;
    if (rest.starts_with("\r\n")) rest.remove_prefix(2);
    for (bool is_request_line = true;; is_request_line = false) {
        auto line = first_line(rest);
        if (!line && is_request_line)
            if (auto fault = check_unfinished_request_line(rest)) return *fault;
        if (!line && bytes.size() > max_head) return head_too_long();
        if (!line) return Incomplete{};

        rest.remove_prefix(line->size());
        if (!is_request_line && bytes.size() - rest.size() > max_head) return head_too_long();
        if (auto fault = end_line(*line)) return *fault;
        if (line->empty() && !is_request_line) break;
        if (auto fault =
                is_request_line ? parse_request_line(*line, head) : parse_field(*line, head.fields))
            return *fault;
    }
    head.size = bytes.size() - rest.size();
    if (auto fault = check_head(head)) return *fault;
    return head;
}

bool has_token(std::string_view list, std::string_view token)
{
    return std::ranges::any_of(net::split(list, ','), [token](std::string_view member) {
        return net::equal_ignoring_case(net::trim(member), token);
    });
}

std::string ResponseHead::text() const
{
    constexpr std::size_t usual = 512;
    std::string text;
    text.reserve(usual);
    text += "HTTP/1.1 ";
    text += std::to_string(status);
    text += ' ';
    text += reason_phrase(status);
    text += "\r\n";
    for (const auto& [name, value] : fields) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    return text += "\r\n";
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
        {304, "Not Modified"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    });
    const auto* found = std::ranges::find(phrases, status, &Phrase::status);
    return found == phrases.end() ? std::string_view() : found->text;
}

} // namespace http
