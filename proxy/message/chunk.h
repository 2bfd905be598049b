// Bodies in chunks (RFC 9112 §7.1), as they are written.
#pragma once

#include <string>
#include <string_view>

#include "proxy/message/fields.h"

namespace proxy {

/// Appends `data`, which is not empty, as one chunk.
void append_chunk(std::string& text, std::string_view data);

/// Appends the end of a chunked body.
void append_last_chunk(std::string& text, const Fields& trailers);

} // namespace proxy
