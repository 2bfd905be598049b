// The answer that is a file: which copy of it, whether the client needs it, and which parts.
#pragma once

#include <memory>

#include "webserver/site/response.h"

namespace webserver {

/// 200, 206, 304, 412 or 416: the file, or the best of the compressed copies that stand beside it
/// (page.html.gz), as the request's conditions and ranges ask for it (RFC 9110 §12.5.3, §13, §14).
[[nodiscard]] Reply file_reply(const Question& question, const std::shared_ptr<const File>& file);

/// A file in the place of a page of ours, such as the site's own 404.html; whole, and without
/// validators.
[[nodiscard]] Reply file_as_page(int status, const Question& question,
                                 const std::shared_ptr<const File>& file);

} // namespace webserver
