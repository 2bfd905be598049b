// What to answer to a request: a decision about the site's files, without sockets.
#pragma once

#include "common/http/message.h"
#include "webserver/site/response.h"

namespace webserver {

/// GET, HEAD and OPTIONS of the site's files and folders; the fitting refusal for all else (RFC
/// 9110 §9, §15). Not concluded yet (Reply::conclude).
[[nodiscard]] Reply answer(const Question& question);

/// The answer to what was no request: its status and words, and the connection ends.
[[nodiscard]] Reply refuse(const http::Malformed& malformed, const ReplySettings& settings,
                           std::chrono::sys_seconds now);

} // namespace webserver
