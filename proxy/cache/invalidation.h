// Invalidation of stored responses by unsafe requests (RFC 9111 §4.4).
#pragma once

#include <string>
#include <vector>

#include "proxy/cache/storability.h"

namespace proxy {

/// Whether the method is safe (RFC 9110 §9.2.1, and those registered as safe since).
[[nodiscard]] bool is_safe(std::string_view method);

/// The URLs whose stored responses this response invalidates. None for a safe method or an error;
/// else the target, and the URLs in Location and Content-Location that have the same origin.
[[nodiscard]] std::vector<std::string> invalidated_by(const RequestView& request,
                                                      const ResponseView& response);

} // namespace proxy
