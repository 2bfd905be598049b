// Chooses the response to a request for the site's files, without sockets.
#pragma once

#include "common/http/message.h"
#include "webserver/site/response.h"

namespace webserver {

/// Answers GET, HEAD and OPTIONS for the site's files and folders; 405 or 501 to other methods (RFC
/// 9110 §9, §15). The caller still calls Response::conclude.
[[nodiscard]] Response answer(const AnswerContext& context);

/// The response to a malformed or late request, with "Connection: close".
[[nodiscard]] Response refuse(const http::Malformed& malformed, const ResponseSettings& settings,
                              std::chrono::sys_seconds now);

} // namespace webserver
