// OPTIONS and TRACE that are to go no further (RFC 9110 §7.6.2).
#pragma once

#include <optional>

#include "proxy/message/error_page.h"
#include "proxy/message/request.h"

namespace proxy {

/// The answer of this proxy, if the request's Max-Forwards says that it is the last to get it.
[[nodiscard]] std::optional<OwnAnswer> last_hop_answer(const Request& request);

} // namespace proxy
