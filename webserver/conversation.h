// One client's connection from the first request to the last answer.
#pragma once

#include <chrono>

#include "common/socket.h"
#include "webserver/fetcher.h"
#include "webserver/site.h"

namespace webserver {

using namespace std::chrono_literals;

/// How long a client is waited for.
struct Patience {
    std::chrono::milliseconds idle =
        60s; // between requests; browsers keep connections for about as long
    std::chrono::milliseconds head =
        20s; // for the whole of a request's head, however it trickles in
};

/// Answers request after request, logging each, until the client leaves, asks to close, sends what
/// is no request or lets its time pass. Throws net::Error when the connection breaks.
void converse(net::TcpStream& client, const Site& site, Fetcher& fetcher, const Patience& patience);

} // namespace webserver
