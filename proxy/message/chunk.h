// Writes bodies in the chunked coding (RFC 9112 §7.1).
#pragma once

#include <string>
#include <string_view>

#include "proxy/message/fields.h"

namespace proxy {

/// Appends `data`, which must not be empty, as one chunk.
void append_chunk(std::string& text, std::string_view data);

/// Appends the last chunk and the trailer section.
void append_last_chunk(std::string& text, const Fields& trailers);

} // namespace proxy
