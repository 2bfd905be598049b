// Responses that the proxy itself makes, such as error pages.
#pragma once

#include <string>
#include <string_view>

#include "proxy/message/forwarded_head.h"
#include "proxy/message/http_error.h"

namespace proxy {

/// A response of the proxy's own, with its body.
struct OwnResponse {
    Response head;
    std::string body;
};

/// An HTML page with the requested URL (`what`; may be empty) and the error. Text from the client
/// or a server is escaped. A 401, 405, 407 or 503 has the field that belongs to it; a 405 is about
/// the proxy's own pages.
[[nodiscard]] OwnResponse error_response(const HttpError& error, std::string_view what);

/// A response with a body of this media type.
[[nodiscard]] OwnResponse own_response(int status, std::string_view type, std::string body);

} // namespace proxy
