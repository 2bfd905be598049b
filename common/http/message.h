// The heads of HTTP/1 messages (RFC 9112): strict parsers for requests and responses. Pure
// functions over bytes; the caller owns the buffers, the sockets and the deadlines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace http {

inline constexpr std::size_t max_target =
    std::size_t{8} * 1024; // RFC 9112 §3 recommends at least 8,000
inline constexpr std::size_t max_head = std::size_t{64} * 1024; // 8 KiB is usual; cookies are large
inline constexpr std::size_t max_fields = 256;                  // browsers send about twenty

struct Field {
    std::string_view name;
    std::string_view value; // trimmed
};

/// How the end of a message's body is found (RFC 9112 §6.3).
enum class Framing { no_body, counted, chunked, until_close };

/// The value of the first field of that name; the name's case is ignored.
[[nodiscard]] std::optional<std::string_view> find_field(const std::vector<Field>& fields,
                                                         std::string_view name);

/// The values of all fields of that name joined to one list (RFC 9110 §5.3).
[[nodiscard]] std::optional<std::string> combined_list(const std::vector<Field>& fields,
                                                       std::string_view name);

/// A request's head. Its views point into the parsed bytes.
struct RequestHead {
    std::string_view method;   // a token: "GET"
    std::string_view target;   // origin-form, absolute-form (perhaps with user information),
                               // authority-form (CONNECT) or "*" (OPTIONS), RFC 9112 §3.2
    int minor_version = 1;     // 0 for HTTP/1.0; 1 for HTTP/1.1 and later minor versions
    std::vector<Field> fields; // in message order
    Framing framing = Framing::no_body;
    std::uint64_t content_length = 0; // when framing is counted
    bool keep_alive = false;          // the connection may serve another request (RFC 9112 §9.3)
    std::size_t size = 0; // bytes from the start of the input to the end of the empty line

    /// The value of the first field of that name; the name's case is ignored.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const
    {
        return find_field(fields, name);
    }
    /// The values of all fields of that name joined to one list (RFC 9110 §5.3).
    [[nodiscard]] std::optional<std::string> list(std::string_view name) const
    {
        return combined_list(fields, name);
    }
};

/// No fault so far, but the input ends too early.
struct Incomplete {};

/// Input that must be rejected. The connection cannot be used for further messages.
struct Malformed {
    int status;         // 400, 414, 431, 501 or 505; 502 for a response
    std::string reason; // for people; may cite the standard, never quotes the request
};

/// Parses the request's head at the start of `bytes` and ignores the bytes after it. Skips one
/// empty line before it (RFC 9112 §2.2). Reports a fault at the latest when its line has ended.
/// Enforces the limits above.
[[nodiscard]] std::variant<Incomplete, Malformed, RequestHead>
parse_request(std::string_view bytes);

/// A response's head as a server sent it. Its views point into the parsed bytes.
struct ReceivedResponse {
    int status = 0;                   // 100 to 599
    std::string_view reason{};        // "OK", any other text, or empty
    int minor_version = 1;            // as in a request
    std::vector<Field> fields{};      // in message order
    Framing framing{};                // until_close when no field gives a length
    std::uint64_t content_length = 0; // when framing is counted
    bool keep_alive = false;          // another request may follow after the body
    std::size_t size = 0;             // bytes of the head, with its empty line

    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const
    {
        return find_field(fields, name);
    }
};

/// The first line that a client sent, without its line end, valid or not: for a log.
[[nodiscard]] std::string_view request_line_of(std::string_view bytes);

/// Parses the response's head at the start of `bytes`, by the same rules and limits. The request's
/// `method` decides whether there is a body (RFC 9112 §6.3). An interim response (1xx) is returned
/// like any other: the caller skips it and parses on.
[[nodiscard]] std::variant<Incomplete, Malformed, ReceivedResponse>
parse_response(std::string_view bytes, std::string_view method);

/// Whether text is a token (RFC 9110 §5.6.2), as methods and field names are.
[[nodiscard]] bool is_token(std::string_view text);

/// Whether a list of tokens such as Connection's (RFC 9110 §5.6.1) contains `token`, ignoring case.
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

/// "Not Found" for 404 (RFC 9110 §15); empty for an unknown status.
[[nodiscard]] std::string_view reason_phrase(int status);

} // namespace http
