// Secondary keys (RFC 9111 §4.1): which of several stored responses for one URL a request may get.
#pragma once

#include <string>
#include <vector>

#include "common/http/message.h"

namespace proxy {

/// A request as the fields that Vary names see it: a line for each, "accept-encoding: gzip, br", or
/// "accept-encoding" alone when the request has none. Sorted; blanks, line breaks, and where it
/// means nothing the case and order of a list's members do not count.
using Variant = std::vector<std::string>;

/// The variant that a response with these fields is, which answered a request with those.
[[nodiscard]] Variant variant_of(const std::vector<http::Field>& response,
                                 const std::vector<http::Field>& request);

/// Whether a request would select it.
[[nodiscard]] bool selects(const std::vector<http::Field>& request, const Variant& variant);

} // namespace proxy
