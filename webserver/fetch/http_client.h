// One HTTP request to another server and its response; shared by the fetcher and webclient.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/body.h"
#include "common/http/message.h"
#include "common/http/url.h"
#include "common/stream.h"
#include "common/tcp_socket.h"

namespace webserver {

/// How connections are made.
struct ConnectOptions {
    std::string authorities{};        // trusted CAs (PEM file); empty: the system's
    std::optional<http::Url> proxy{}; // connect through this proxy
    /// Removes the addresses that must not be connected to; throws when none is left.
    std::function<void(std::vector<net::Address>&)> check_addresses{};
};

/// A stream to the URL's server (TLS for https), or to the proxy that forwards to it; for https
/// through a tunnel (RFC 9110 §9.3.6). The name is resolved once, so that the addresses checked are
/// the ones connected to. Throws net::Error.
[[nodiscard]] std::unique_ptr<net::Stream>
connect(const http::Url& url, const ConnectOptions& route, net::Deadline deadline);

struct OutgoingRequest {
    std::string_view method;
    http::Url url;
    std::vector<std::pair<std::string_view, std::string>> fields{}; // besides Host and Connection

    bool to_proxy = false; // absolute-form target (RFC 9112 §3.2.2)

    /// The head in wire format.
    [[nodiscard]] std::string text() const;
};

class HttpExchange {
public:
    /// Sends the request and waits for the head of the final response; interim ones are skipped.
    /// The body may have at most `most` bytes. Throws net::Error, also for malformed HTTP.
    HttpExchange(std::unique_ptr<net::Stream> stream, const OutgoingRequest& request,
                 std::uint64_t most, net::Deadline deadline);
    ~HttpExchange() = default;
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    [[nodiscard]] const http::ReceivedResponse& head() const { return head_; }
    /// The head as received, with its empty line.
    [[nodiscard]] const std::string& head_text() const { return head_text_; }
    [[nodiscard]] http::Body& body() { return *body_; }

private:
    void receive_head(std::string_view method, net::Deadline deadline);

    std::unique_ptr<net::Stream> stream_;
    net::Reader reader_;
    std::string head_text_;
    http::ReceivedResponse head_; // has views of head_text_
    std::optional<http::Body> body_;
};

} // namespace webserver
