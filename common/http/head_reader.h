// Reads the heads of requests from a connection.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/deadline.h"
#include "common/http/message.h"
#include "common/stream.h"

namespace http {

/// A request's head with a copy of its bytes, into which its views point.
struct OwnedRequestHead {
    /// Takes a complete head that parse_request() accepts.
    explicit OwnedRequestHead(std::string_view bytes);

    std::unique_ptr<const std::string> text; // as received, with the empty line
    RequestHead head;
};

/// Reads the next request's head and consumes it. Malformed when it is invalid or, with status 408,
/// incomplete at the deadline; its bytes then stay in the reader. nullopt when the stream ends
/// before the head does. Throws net::Error when the connection breaks.
[[nodiscard]] std::optional<std::variant<Malformed, OwnedRequestHead>>
read_request_head(net::Reader& reader, net::Deadline deadline);

/// Reads until a new line has ended or more than max_target bytes are buffered: only then can a
/// request's head be complete or malformed. False at the end of the stream.
[[nodiscard]] bool fill_line(net::Reader& reader, net::Deadline deadline);

} // namespace http
