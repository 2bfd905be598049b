// A client's request: its head as it came, and what it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace proxy {

/// Where a request is to go.
struct Target {
    std::string host{};      // in small letters, an IPv6 address in brackets
    std::uint16_t port = 0;  //
    std::string authority{}; // for Host: "example.org", "example.org:8080"
    std::string path{};      // for the request line: path and query, "*", nothing for CONNECT
    std::string url{};       // the whole: "http://example.org/a?b"

    /// What a connection to it can be shared by: "example.org:80".
    [[nodiscard]] std::string origin() const { return host + ":" + std::to_string(port); }
};

class Request {
public:
    /// Takes a head that http::parse_request() has found to be whole.
    explicit Request(std::string_view text);
    Request(const Request&) = delete; // the head looks into the text
    Request& operator=(const Request&) = delete;
    ~Request() = default;

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const http::RequestHead& head() const { return head_; }
    [[nodiscard]] std::string_view method() const { return head_.method; }
    /// Nothing when it is about this proxy itself (origin-form, "*"), or about an https URL, for
    /// which a client uses CONNECT.
    [[nodiscard]] const std::optional<Target>& target() const { return target_; }
    [[nodiscard]] bool has_body() const { return head_.framing != http::Framing::no_body; }

private:
    const std::string text_;
    const http::RequestHead head_;
    const std::optional<Target> target_;
};

/// The URL as Target has it for a request with this one, under which its page is stored; nothing
/// when no request can have it.
[[nodiscard]] std::optional<std::string> url_of_request(std::string_view url);

/// Methods that may be repeated without harm (RFC 9110 §9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method);

} // namespace proxy
