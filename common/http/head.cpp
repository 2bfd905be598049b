#include "common/http/head.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/number.h"

namespace http {
namespace {

constexpr auto token_characters = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) {
        const auto letter = static_cast<char>(c);
        table[c] = net::is_letter(letter) || net::is_digit(letter) ||
                   (letter != '\0' && net::contains("!#$%&'*+-.^_`|~", letter));
    }
    return table;
}();

Fault parse_field(std::string_view line, std::vector<Field>& fields)
{
    if (line.starts_with(' ') || line.starts_with('\t'))
        return Malformed{400, "A header line begins with white space (RFC 9112 §2.2, §5.2)."};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return Malformed{400, "A header line has no colon (RFC 9112 §5)."};
    if (!is_token(line.substr(0, colon)))
        return Malformed{400, "A header field's name is empty or not a token (RFC 9112 §5.1)."};
    const auto value = net::trim(line.substr(colon + 1));
    if (std::ranges::any_of(value, [](char c) { return net::is_control(c) && c != '\t'; }))
        return Malformed{400,
                         "A header field's value contains a control character (RFC 9110 §5.5)."};
    if (fields.size() == max_fields)
        return Malformed{431,
                         "There are more than " + std::to_string(max_fields) + " header lines."};
    fields.push_back({line.substr(0, colon), value});
    return {};
}

/// Transfer-Encoding: only "chunked", once and last, can be decoded (RFC 9112 §6.1, §7).
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
        return Malformed{400, "Transfer-Encoding is not a list of codings (RFC 9112 §6.1)."};
    if (!is_chunked(codings.back()) || std::ranges::count_if(codings, is_chunked) > 1)
        return Malformed{
            400, "Transfer-Encoding must end with chunked and contain it once (RFC 9112 §6.3)."};
    if (codings.size() > 1)
        return Malformed{501, "The only supported transfer coding is chunked (RFC 9112 §6.1)."};
    return {};
}

/// The value that all members of the lists have: "5" of "5, 5" (RFC 9110 §8.6); nullopt when they
/// differ.
std::optional<std::string_view> only_value(const std::vector<std::string_view>& lists)
{
    std::optional<std::string_view> only;
    for (const auto list : lists)
        for (const auto member : net::split(list, ',')) {
            const auto value = net::trim(member);
            if (only.value_or(value) != value) return std::nullopt;
            only = value;
        }
    return only;
}

} // namespace

bool is_token_character(char c)
{
    return token_characters[static_cast<unsigned char>(c)];
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_token_character);
}

std::optional<std::string_view> first_line(std::string_view bytes)
{
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    return bytes.substr(0, end + 1);
}

Fault end_line(std::string_view& line)
{
    line.remove_suffix(1);
    if (!line.ends_with('\r')) return Malformed{400, "A line ends without CR (RFC 9112 §2.2)."};
    line.remove_suffix(1);
    if (net::contains(line, '\r'))
        return Malformed{400, "A line contains a CR before its end (RFC 9112 §2.2)."};
    return {};
}

Malformed too_long(const SectionLimit& limit)
{
    return {431,
            std::string(limit.name) + " is longer than " + std::to_string(limit.most) + " bytes."};
}

std::variant<Incomplete, Malformed, std::size_t> parse_fields(std::string_view bytes,
                                                              std::size_t begin,
                                                              const SectionLimit& limit,
                                                              std::vector<Field>& fields)
{
    for (std::size_t at = begin;;) {
        auto line = first_line(bytes.substr(at));
        if (!line && bytes.size() > limit.most) return too_long(limit);
        if (!line) return Incomplete{};

        at += line->size();
        if (at > limit.most) return too_long(limit);
        if (auto fault = end_line(*line)) return *fault;
        if (line->empty()) return at;
        if (auto fault = parse_field(*line, fields)) return *fault;
    }
}

std::vector<std::string_view> values(const std::vector<Field>& fields, std::string_view name)
{
    std::vector<std::string_view> found;
    for (const Field& field : fields)
        if (net::equal_ignoring_case(field.name, name)) found.push_back(field.value);
    return found;
}

Fault find_framing(const std::vector<Field>& fields, int minor_version, Framing& framing,
                   std::uint64_t& content_length)
{
    const auto codings = values(fields, "Transfer-Encoding");
    const auto lengths = values(fields, "Content-Length");
    if (!codings.empty()) {
        if (minor_version == 0)
            return Malformed{400, "HTTP/1.0 has no Transfer-Encoding (RFC 9112 §6.1)."};
        if (!lengths.empty())
            return Malformed{
                400, "Transfer-Encoding and Content-Length exclude each other (RFC 9112 §6.3)."};
        framing = Framing::chunked;
        return check_codings(codings);
    }
    if (lengths.empty()) return {};

    const auto text = only_value(lengths);
    if (!text) return Malformed{400, "There are different Content-Lengths (RFC 9112 §6.3)."};
    const auto length = net::parse_number(*text);
    if (!length)
        return Malformed{400, "Content-Length is not a number below 2^64 (RFC 9110 §8.6)."};
    content_length = *length;
    framing = content_length > 0 ? Framing::counted : Framing::no_body;
    return {};
}

bool is_persistent(const std::vector<Field>& fields, int minor_version)
{
    bool keep_alive = minor_version >= 1;
    for (const auto value : values(fields, "Connection")) {
        if (has_token(value, "close")) return false;
        if (has_token(value, "keep-alive")) keep_alive = true;
    }
    return keep_alive;
}

std::optional<std::string_view> find_field(const std::vector<Field>& fields, std::string_view name)
{
    const auto same = [name](const Field& field) {
        return net::equal_ignoring_case(field.name, name);
    };
    const auto found = std::ranges::find_if(fields, same);
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

std::optional<std::string> combined_list(const std::vector<Field>& fields, std::string_view name)
{
    std::optional<std::string> list;
    for (const std::string_view value : values(fields, name)) {
        list = list ? *list + ", " : std::string();
        *list += value;
    }
    return list;
}

bool has_token(std::string_view list, std::string_view token)
{
    return std::ranges::any_of(net::split(list, ','), [token](std::string_view member) {
        return net::equal_ignoring_case(net::trim(member), token);
    });
}

} // namespace http
