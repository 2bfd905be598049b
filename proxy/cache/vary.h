// Secondary keys (RFC 9111 §4.1): which stored response for a URL matches a request.
#pragma once

#include <string>
#include <vector>

#include "common/http/message.h"

namespace proxy {

/// The request fields that Vary names, one line each: "accept-encoding: gzip, br", or
/// "accept-encoding" when the request has no such field. Sorted. White space and line breaks do not
/// count, nor do case and order of list members where they have no meaning.
using Variant = std::vector<std::string>;

/// The variant of a response with these fields to this request.
[[nodiscard]] Variant variant_of(const std::vector<http::Field>& response,
                                 const std::vector<http::Field>& request);

/// Whether a request selects this variant.
[[nodiscard]] bool selects(const std::vector<http::Field>& request, const Variant& variant);

} // namespace proxy
