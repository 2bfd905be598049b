// How long who is waited for.
#pragma once

#include <chrono>

namespace proxy {

using namespace std::chrono_literals;

struct Patience {
    std::chrono::milliseconds idle = 60s; // between a client's requests; browsers keep that long
    std::chrono::milliseconds head = 30s; // for the whole of a request's head, however it trickles
    std::chrono::milliseconds connect = 10s; // with all addresses of an origin
    std::chrono::milliseconds answer = 30s;  // until the origin begins to answer
    std::chrono::milliseconds body = 60s;    // for the next piece of a body, either way
    std::chrono::milliseconds tunnel = 600s; // without a byte in either direction
};

} // namespace proxy
