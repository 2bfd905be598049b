// Responses with a file: content coding, preconditions and ranges.
#pragma once

#include <memory>

#include "webserver/site/response.h"

namespace webserver {

/// 200, 206, 304, 412 or 416 with the file or the best of the compressed copies beside it
/// (page.html.gz), by the request's preconditions and ranges (RFC 9110 §12.5.3, §13, §14).
[[nodiscard]] Response file_response(const AnswerContext& context,
                                     const std::shared_ptr<const File>& file);

/// A file as the body of an error response, such as the site's own 404.html; whole, and without
/// validators.
[[nodiscard]] Response file_as_page(int status, const AnswerContext& context,
                                    const std::shared_ptr<const File>& file);

} // namespace webserver
