// What became of a request, and the delivery of the proxy's own answers.
#pragma once

#include <cstdint>
#include <string>

#include "proxy/message/error_page.h"
#include "proxy/message/response_writer.h"

namespace proxy {

/// What became of a request.
struct Outcome {
    int status = 0;
    std::uint64_t sent = 0; // bytes of the answer's body
    bool keeps_connection = false;
    std::string verdict{};
    bool is_cut_off = false; // the connection is to be closed without another word
};

/// Delivers an answer of the proxy's own.
[[nodiscard]] Outcome deliver(const OwnAnswer& answer, Delivery& delivery);

} // namespace proxy
