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

} // namespace proxy
