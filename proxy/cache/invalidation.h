// What a request that changes something makes of stored responses (RFC 9111 §4.4).
#pragma once

#include <string>
#include <vector>

#include "proxy/cache/storability.h"

namespace proxy {

/// A method that changes nothing (RFC 9110 §9.2.1, and those registered as safe since).
[[nodiscard]] bool is_safe(std::string_view method);

/// The URLs whose stored responses count no longer once this response has come: none unless the
/// method is unsafe and the answer no error; else the target, and where Location and
/// Content-Location lead if that is the same origin.
[[nodiscard]] std::vector<std::string> invalidated_by(const RequestView& request,
                                                      const ResponseView& response);

} // namespace proxy
