// Waits for the head of a request.
#pragma once

#include "common/stream.h"

namespace http {

/// Reads until a new line has ended or more than max_target bytes are buffered: only then can a
/// request's head be complete or malformed. False at the end of the stream.
[[nodiscard]] bool fill_line(net::Reader& reader, net::Deadline deadline);

} // namespace http
