// What a client gets to see when the proxy itself has to answer.
#pragma once

#include <string>
#include <string_view>

#include "proxy/message/forwarded_head.h"
#include "proxy/message/http_error.h"

namespace proxy {

/// An answer of the proxy's own, with the body that belongs to it.
struct OwnAnswer {
    Response head;
    std::string body;
};

/// A small page that says what was tried (`what`: the URL; may be empty) and why it failed. What
/// comes from the client or a server is escaped.
[[nodiscard]] OwnAnswer error_answer(const Refusal& refusal, std::string_view what);

/// An answer with a body of that type.
[[nodiscard]] OwnAnswer own_answer(int status, std::string_view type, std::string body);

} // namespace proxy
