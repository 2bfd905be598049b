// The result of a request, for the log and the connection; sending of the proxy's own responses.
#pragma once

#include <cstdint>
#include <string>

#include "proxy/message/error_page.h"
#include "proxy/message/response_writer.h"

namespace proxy {

/// The result of a request.
struct Outcome {
    int status = 0;
    std::uint64_t sent = 0; // bytes of the response's body
    bool keeps_connection = false;
    std::string verdict{};
    bool is_cut_off = false; // close the connection at once
};

/// Sends a response that the proxy itself has made.
[[nodiscard]] Outcome deliver(const OwnResponse& response, ResponseWriter& writer);

/// Answers a request for `url` (which may be empty) with an error page, or cuts off a response that
/// has begun: its reader must not take it for complete.
[[nodiscard]] Outcome deliver(const HttpError& error, std::string_view url, ResponseWriter& writer);

/// Ends the connection so that the client sees that the response is incomplete.
[[nodiscard]] Outcome cut_off(ResponseWriter& writer);

} // namespace proxy
