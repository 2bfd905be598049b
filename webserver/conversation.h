// Reads the requests on one client's connection and sends the responses.
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

/// Time-outs for clients.
struct Timeouts {
    std::chrono::milliseconds idle =
        60s; // between requests; browsers keep connections for about as long
    std::chrono::milliseconds head =
        20s; // for the whole of a request's head, however slowly it arrives
    std::chrono::milliseconds body = 20s; // for the whole body of a request, which is small
};

/// The parts of the server that make and record responses; owns none of them.
struct Service {
    const Site& site;
    Fetcher& fetcher;
    LivePage& live;
    const AccessLog& log;
    const http::Transcript& transcript;
    const ResponseSettings& settings;
    const Timeouts& timeouts;
};

/// The remaining work on a connection that cannot go on without blocking.
struct Unfinished {
    std::string arrived;  // unanswered input, perhaps with an incomplete request
    std::string unsent;   // the end of a response that is not sent yet
    bool is_last = false; // the connection closes after `unsent`
};

/// The state of a connection after answering.
enum class ConversationState {
    idle,          // all requests are answered, and no further one has begun
    complete,      // the last response is sent; the connection closes
    client_closed, // the client has closed the connection
    would_block,   // the remaining work may block
};

/// Answers the requests that have arrived, as far as that does not block on the client or another
/// server. `buffer` is work space for the input. When the state is would_block, `rest` is the
/// remaining work.
[[nodiscard]] ConversationState answer_without_blocking(net::TcpStream& client,
                                                        const Service& service, FileCache& cache,
                                                        std::vector<char>& buffer,
                                                        Unfinished& rest);

/// Continues with blocking calls until the state is idle, complete or client_closed; consumes
/// `rest`. Throws net::Error when the connection breaks.
[[nodiscard]] ConversationState converse(net::TcpStream& client, const Service& service,
                                         Unfinished& rest);

} // namespace webserver
