// A head of HTTP explained line by line, for those who see one for the first time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

/// What stands in a request line ("GET / HTTP/1.1"), a part a line: "GET: send me ... (RFC 9110
/// §9.3.1)". Says so where it is no request line. The parts are quoted as they came.
[[nodiscard]] std::vector<std::string> explain_request_line(std::string_view line);

/// The same for a status line ("HTTP/1.1 200 OK").
[[nodiscard]] std::vector<std::string> explain_status_line(std::string_view line);

/// What a field line ("Host: a") says; an empty line ends the head.
[[nodiscard]] std::string explain_field_line(std::string_view line);

} // namespace http
