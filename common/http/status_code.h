// Names for the status codes that the code tests for (RFC 9110 section 15).
#pragma once

namespace http {

inline constexpr int ok = 200;
inline constexpr int no_content = 204;
inline constexpr int partial_content = 206;
inline constexpr int not_modified = 304;

} // namespace http
