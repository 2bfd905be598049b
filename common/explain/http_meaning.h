// Explains an HTTP head line by line, for beginners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Explains a request line ("GET / HTTP/1.1"), one string for each part: "GET: get ...
/// (RFC 9110 §9.3.1)"; for a malformed line, one string that says so. Parts are not escaped.
[[nodiscard]] std::vector<std::string> explain_request_line(std::string_view line);

/// The same for a status line ("HTTP/1.1 200 OK").
[[nodiscard]] std::vector<std::string> explain_status_line(std::string_view line);

/// Explains a field line ("Host: a"), or the empty line that ends the head.
[[nodiscard]] std::string explain_field_line(std::string_view line);

} // namespace http
