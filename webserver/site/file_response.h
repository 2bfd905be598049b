// Responses with a file: content coding, preconditions and ranges.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "webserver/site/conditions.h"
#include "webserver/site/response.h"

namespace webserver {

/// What is sent for a resource: a file or its compressed copy. The caller keeps the views alive.
struct Representation {
    std::shared_ptr<const File> file;
    Validators validators;
    std::string_view type;            // of the uncompressed file
    std::string_view coding{};        // "gzip"; empty for none
    bool depends_on_encoding = false; // there may be other copies
};

/// 200, 206, 304, 412 or 416 by the request's preconditions and ranges (RFC 9110 §13, §14).
[[nodiscard]] Response representation_response(const RequestContext& context,
                                               const Representation& representation);

/// The same with the file or the best of the compressed copies beside it (page.html.gz) that the
/// request accepts (RFC 9110 §12.5.3).
[[nodiscard]] Response file_response(const AnswerContext& context,
                                     const std::shared_ptr<const File>& file);

/// The same where only compressed copies of the file `name` are there: 406 when the request accepts
/// none of them; nothing when there are none.
[[nodiscard]] std::optional<Response> compressed_response(const AnswerContext& context,
                                                          const std::string& name);

/// A file as the body of an error response, such as the site's own 404.html; whole, and without
/// validators.
[[nodiscard]] Response file_as_page(int status, const AnswerContext& context,
                                    const std::shared_ptr<const File>& file);

} // namespace webserver
