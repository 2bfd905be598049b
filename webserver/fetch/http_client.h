// One request to a server elsewhere and its answer: what the fetcher and webclient have in common.
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
struct Route {
    std::string authorities{};        // a PEM file of those to trust; empty: the system's
    std::optional<http::Url> proxy{}; // the way leads over this one
    /// Takes the addresses away that must not be connected to, or throws.
    std::function<void(std::vector<net::Address>&)> judge{};
};

/// A stream to the URL's server, private for https, or to the proxy that will forward to it: for
/// https a tunnel through that (RFC 9110 §9.3.6). The addresses that were judged are the ones that
/// are connected to; nobody looks the name up a second time.
[[nodiscard]] std::unique_ptr<net::Stream> connect(const http::Url& url, const Route& route,
                                                   net::Deadline deadline);

struct Request {
    std::string_view method;
    http::Url url;
    std::vector<std::pair<std::string_view, std::string>> fields{}; // besides Host and Connection

    bool to_proxy = false; // the target is the whole URL then (RFC 9112 §3.2.2)

    /// As it goes over the wire.
    [[nodiscard]] std::string text() const;
};

class Exchange {
public:
    /// Sends the request and waits for the head of its final answer (interim ones are passed over);
    /// its body may have `most` bytes. Throws net::Error, also when what comes is no HTTP.
    Exchange(std::unique_ptr<net::Stream> stream, const Request& request, std::uint64_t most,
             net::Deadline deadline);
    ~Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] const http::ReceivedResponse& head() const { return head_; }
    /// The head as it came, with its empty line.
    [[nodiscard]] const std::string& head_text() const { return head_text_; }
    [[nodiscard]] http::Body& body() { return *body_; }

private:
    void receive_head(std::string_view method, net::Deadline deadline);

    std::unique_ptr<net::Stream> stream_;
    net::Reader reader_;
    std::string head_text_;
    http::ReceivedResponse head_; // looks into head_text_
    std::optional<http::Body> body_;
};

} // namespace webserver
