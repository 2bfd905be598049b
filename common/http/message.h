// The heads of HTTP/1 messages (RFC 9112): strict parsers for both kinds and the text of responses.
// Pure functions over bytes; the caller has the buffers, the sockets and the time.
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
inline constexpr std::size_t max_head = std::size_t{64} * 1024; // 8 KiB is usual; cookies are big
inline constexpr std::size_t max_fields = 256;                  // browsers send some twenty

struct Field {
    std::string_view name;
    std::string_view value; // without the blanks around it
};

/// How a message's end is found (RFC 9112 §6.3).
enum class Framing { no_body, counted, chunked, until_close };

/// The value of the first field of that name, in any case of letters.
[[nodiscard]] std::optional<std::string_view> find_field(const std::vector<Field>& fields,
                                                         std::string_view name);

/// All of them as the one list they are (RFC 9110 §5.3).
[[nodiscard]] std::optional<std::string> combined_list(const std::vector<Field>& fields,
                                                       std::string_view name);

/// A request's head. The views are into the bytes that were parsed.
struct RequestHead {
    std::string_view method;   // a token: "GET"
    std::string_view target;   // origin-form, absolute-form, authority-form (CONNECT) or "*"
                               // (OPTIONS), RFC 9112 §3.2
    int minor_version = 1;     // 0 for HTTP/1.0; 1 for HTTP/1.1 and all that is compatible with it
    std::vector<Field> fields; // in the order they came
    Framing framing = Framing::no_body;
    std::uint64_t content_length = 0; // when framing is counted
    bool keep_alive = false;          // the connection may serve another request (RFC 9112 §9.3)
    std::size_t size = 0; // bytes from the start of what was parsed to the end of the empty line

    /// The value of the first field of that name, in any case of letters.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const
    {
        return find_field(fields, name);
    }
    /// The values of all fields of that name as the one list they are (RFC 9110 §5.3).
    [[nodiscard]] std::optional<std::string> list(std::string_view name) const
    {
        return combined_list(fields, name);
    }
};

/// No fault so far, but the head is not all there.
struct Incomplete {};

/// A head that must be refused, after which nothing on the connection can be trusted.
struct Malformed {
    int status;         // 400, 414, 431, 501 or 505; 502 for a response
    std::string reason; // what is wrong, in words that may quote the standard but never the request
};

/// Looks for a request's head at the start of `bytes`; what follows it is not looked at. One empty
/// line before it is passed over (RFC 9112 §2.2). A fault is reported as soon as the line it is in
/// has ended. Every limit above is kept.
[[nodiscard]] std::variant<Incomplete, Malformed, RequestHead>
parse_request(std::string_view bytes);

/// A response's head as a server sent it. The views are into the bytes that were parsed.
struct ReceivedResponse {
    int status = 0;                   // 100 to 599
    std::string_view reason{};        // "OK", or nothing; whatever the server likes
    int minor_version = 1;            // as in a request
    std::vector<Field> fields{};      // in the order they came
    Framing framing{};                // until_close when the head speaks of no end
    std::uint64_t content_length = 0; // when framing is counted
    bool keep_alive = false;          // another request may follow, once the body is read
    std::size_t size = 0;             // of the head, with its empty line

    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const
    {
        return find_field(fields, name);
    }
};

/// The first line of what a client sent, without its end, whatever it is: for a log.
[[nodiscard]] std::string_view request_line_of(std::string_view bytes);

/// Looks for a response's head at the start of `bytes`, by the same rules and limits. The request's
/// `method` decides whether there is a body (RFC 9112 §6.3). An interim response (1xx) is one as
/// well: the caller passes over it and parses on.
[[nodiscard]] std::variant<Incomplete, Malformed, ReceivedResponse>
parse_response(std::string_view bytes, std::string_view method);

/// Whether text is a token (RFC 9110 §5.6.2), as methods and field names are.
[[nodiscard]] bool is_token(std::string_view text);

/// Whether a list of tokens such as Connection's (RFC 9110 §5.6.1) has `token`, in any case of
/// letters.
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);

/// "Not Found" for 404 (RFC 9110 §15); empty for a status it does not know.
[[nodiscard]] std::string_view reason_phrase(int status);

} // namespace http
