// OPTIONS and TRACE requests whose Max-Forwards is 0 (RFC 9110 §7.6.2).
#pragma once

#include <optional>

#include "proxy/message/error_page.h"
#include "proxy/message/request.h"

namespace proxy {

/// The proxy's own response if Max-Forwards is 0; else nothing.
[[nodiscard]] std::optional<OwnResponse> last_hop_response(const Request& request);

} // namespace proxy
