// Waiting for the head of a request.
#pragma once

#include "common/stream.h"

namespace http {

/// Waits for bytes with which a request's head may be complete or wrong: those that end a line, or
/// too many. False at the end of the stream.
[[nodiscard]] bool fill_line(net::Reader& reader, net::Deadline deadline);

} // namespace http
