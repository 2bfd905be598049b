// Makes the heads that the proxy forwards, with the changes of RFC 9110 §7.6.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/message/fields.h"
#include "proxy/message/request.h"

namespace proxy {

/// Makes the proxy's name in Via; random, so that a request with this name has looped.
[[nodiscard]] std::string make_pseudonym();

/// Whether a Via field contains `pseudonym`.
[[nodiscard]] bool has_via(const std::vector<http::Field>& fields, std::string_view pseudonym);

/// A request's head for the next hop.
struct OutgoingRequest {
    std::string method{};
    std::string target{}; // as in the request line
    Fields fields{};
    bool has_chunked_body = false; // else Content-Length applies

    [[nodiscard]] std::string text() const;
    /// Whether it has a login for the whole connection, as with NTLM or Negotiate (RFC 4559): later
    /// requests on the connection would run as that user (RFC 9110 §3.3).
    [[nodiscard]] bool authenticates_connection() const;
};

/// Removes the fields that describe the request's content.
void remove_content(OutgoingRequest& outgoing);

enum class NextHop { origin, parent };

/// Makes the request for the next hop: Host from the target, new framing and Via, Max-Forwards less
/// one.
[[nodiscard]] OutgoingRequest outgoing_request(const Request& request, std::string_view pseudonym,
                                               NextHop next);

/// Max-Forwards of an OPTIONS or TRACE (RFC 9110 §7.6.2); nothing when it is absent or invalid.
[[nodiscard]] std::optional<std::uint64_t> hops_left(const Request& request);

/// A response to a client, from any source.
struct Response {
    int status = 200;
    std::string reason{};
    Fields fields{};                          // end-to-end; Content-Length as received
    std::optional<std::uint64_t> body_size{}; // if known before the body's end
};

/// Makes the client's response from an origin's.
[[nodiscard]] Response incoming_response(const http::ReceivedResponse& head,
                                         std::string_view pseudonym, NextHop from,
                                         std::chrono::sys_seconds now);

} // namespace proxy
