// Time-outs for clients, origins and tunnels.
#pragma once

#include <chrono>

namespace proxy {

using namespace std::chrono_literals;

struct Timeouts {
    std::chrono::milliseconds idle = 60s;    // between a client's requests; browsers use the same
    std::chrono::milliseconds head = 30s;    // for the whole head of a request
    std::chrono::milliseconds connect = 10s; // for all addresses of an origin
    std::chrono::milliseconds answer = 300s; // until the response begins; browsers wait so long
    std::chrono::milliseconds body = 300s;   // for the next piece of a body, in either direction
    std::chrono::milliseconds tunnel = 600s; // without data in either direction
};

} // namespace proxy
