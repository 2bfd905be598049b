// What is said on one client's connection: requests, and the answers to them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/explain/http_transcript.h"
#include "common/tcp_socket.h"
#include "webserver/access_log.h"
#include "webserver/fetch/fetcher.h"
#include "webserver/live/page.h"
#include "webserver/site/response.h"
#include "webserver/site/site.h"

namespace webserver {

using namespace std::chrono_literals;

/// How long a client is waited for.
struct Patience {
    std::chrono::milliseconds idle =
        60s; // between requests; browsers keep connections for about as long
    std::chrono::milliseconds head =
        20s; // for the whole of a request's head, however it trickles in
    std::chrono::milliseconds body = 20s; // for the whole of a request's body, which is small
};

/// What answers are made from.
struct Service {
    const Site& site;
    Fetcher& fetcher;
    LivePage& live;
    const AccessLog& log;
    const http::Transcript& transcript;
    const ReplySettings& settings;
    const Patience& patience;
};

/// What is left of a conversation that cannot go on without waiting.
struct Unfinished {
    std::string arrived;  // read from the client, and no whole request yet or one that takes time
    std::string unsent;   // the end of an answer that the client has not taken yet
    bool is_last = false; // after it the connection ends
};

/// How far a conversation came.
enum class State {
    idle,  // everything is answered, nothing has begun
    over,  // the last answer has been given
    gone,  // the client has left
    stuck, // something must be waited for
};

/// Answers the requests that have arrived as far as that can be done without waiting for the client
/// or for another server. `buffer` is room to work in. When the state is stuck, `rest` is what is
/// left to do.
[[nodiscard]] State answer_at_once(net::TcpStream& client, const Service& service, FileCache& cache,
                                   std::vector<char>& buffer, Unfinished& rest);

/// Goes on from there with blocking calls until the conversation is idle, over or the client gone;
/// `rest` is used up. Throws net::Error when the connection breaks.
[[nodiscard]] State converse(net::TcpStream& client, const Service& service, Unfinished& rest);

} // namespace webserver
