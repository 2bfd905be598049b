// A client's request: its head as received, and the target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/head_reader.h"

namespace proxy {

/// The host and URL of a request.
struct RequestTarget {
    std::string host{};      // in lower case, an IPv6 address in brackets
    std::uint16_t port = 0;  //
    std::string authority{}; // for Host: "example.org", "example.org:8080"
    std::string path{};      // for the request line: path and query, "*", empty for CONNECT
    std::string url{};       // complete: "http://example.org/a?b"

    /// The key for sharing connections: "example.org:80".
    [[nodiscard]] std::string origin() const { return host + ":" + std::to_string(port); }
};

class Request {
public:
    /// Takes a complete head that http::parse_request() accepts.
    explicit Request(std::string_view text) : Request(http::OwnedRequestHead(text)) {}
    explicit Request(http::OwnedRequestHead received);

    /// As received; but user information in the target ("http://user:password@host/") has become an
    /// Authorization field.
    [[nodiscard]] const std::string& text() const { return *received_.text; }
    [[nodiscard]] const http::RequestHead& head() const { return received_.head; }
    [[nodiscard]] std::string_view method() const { return head().method; }
    /// Nothing for a request to the proxy itself (origin-form, "*"), or for an https URL, for which
    /// clients use CONNECT.
    [[nodiscard]] const std::optional<RequestTarget>& target() const { return target_; }
    [[nodiscard]] bool has_body() const { return head().framing != http::Framing::no_body; }

private:
    http::OwnedRequestHead received_;
    std::optional<RequestTarget> target_;
};

/// The canonical URL (RequestTarget::url) under which a response for `url` is stored; nothing when
/// no request can have it.
[[nodiscard]] std::optional<std::string> url_of_request(std::string_view url);

/// Whether a target has bytes that no URL has, of UTF-8 for example (RFC 3986 §2): recipients
/// differ in what they take them for.
[[nodiscard]] bool has_foreign_bytes(std::string_view target);

/// A request line for a log, also a malformed one: what may be a password, before an "@", is left
/// out.
[[nodiscard]] std::string masked_userinfo(std::string_view line);

/// Methods that may be repeated (RFC 9110 §9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method);

} // namespace proxy
