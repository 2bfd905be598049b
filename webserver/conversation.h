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
    std::chrono::milliseconds send = 60s; // for each 128 KiB of a response
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

/// The requests on one client's connection, in turn: bytes in, bytes out, and what the connection
/// needs next. It starts no thread and watches no socket: Server and IdleConnections do. An idle
/// connection has no Conversation; each batch of requests begins one.
class Conversation {
public:
    enum class Needs {
        input,  // the next request, or the client's end of stream
        thread, // answer_blocking() in a thread of its own
        linger, // the last response is sent: shut down writing, then discard input until the client
                // closes, so that no reset destroys the response (RFC 9112 §9.6)
        close,  // nothing: the client has closed the connection, or the response is over
    };

    /// `service` must outlive the conversation.
    explicit Conversation(const Service& service) : service_(&service) {}

    /// Answers the requests that have arrived, as far as that blocks neither on the client nor on
    /// another server. `buffer` is work space for the input.
    [[nodiscard]] Needs answer_without_blocking(net::TcpStream& client, FileCache& cache,
                                                std::vector<char>& buffer);
    /// Goes on from where answer_without_blocking() stopped, with blocking calls. Returns
    /// Needs::input or Needs::close. Throws net::Error when the connection breaks.
    [[nodiscard]] Needs answer_blocking(net::TcpStream& client);
    /// Whether the client waits for the rest of a response, so that no other may be sent.
    [[nodiscard]] bool is_within_response() const { return !unsent_.empty(); }

private:
    [[nodiscard]] bool may_block(const http::RequestHead& request,
                                 const net::Address& client) const;
    [[nodiscard]] Response respond(net::Reader& reader, const http::RequestHead& request,
                                   const net::Address& client) const;
    void show_request(const net::Address& client, std::string_view head) const;
    void show_response(const net::Address& client, const Response& response) const;
    void send_and_log(net::TcpStream& client, std::string_view head,
                      const http::RequestHead* request, const Response& response) const;

    const Service* service_;
    std::string arrived_{}; // unanswered input, perhaps an incomplete request
    std::string unsent_{};  // of a response that the socket has not taken yet
    struct LargeResponse {
        std::string request_head;
        Response response;
    };
    std::optional<LargeResponse> large_response_{}; // after `unsent_`: one that is not in memory
    bool keep_alive_ = true;                        // another request may follow
};

} // namespace webserver
