// A message's head on its way through: what the next hop gets of it, and what the proxy adds (RFC
// 9110 §7.6).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/message/fields.h"
#include "proxy/message/request.h"

namespace proxy {

/// This proxy's name in Via. A random one, so that who meets it again has been here before.
[[nodiscard]] std::string make_pseudonym();

/// Whether one of the Via fields says that the message has been at `pseudonym`.
[[nodiscard]] bool has_passed(const std::vector<http::Field>& fields, std::string_view pseudonym);

/// A request's head for the next hop.
struct OutgoingRequest {
    std::string method{};
    std::string target{}; // as it stands in the request line
    Fields fields{};
    bool has_chunked_body = false; // else as Content-Length says

    [[nodiscard]] std::string text() const;
    /// With a login that counts for the whole connection, as NTLM's and Negotiate's do (RFC 4559):
    /// behind it, requests of others would be answered as his (RFC 9110 §3.3).
    [[nodiscard]] bool logs_in_connection() const;
};

/// The same question without what is said about its content.
void remove_content(OutgoingRequest& outgoing);

enum class NextHop { origin, parent };

/// The request as the next hop gets it: Host from the target, framing and Via anew, one less
/// Max-Forwards.
[[nodiscard]] OutgoingRequest outgoing_request(const Request& request, std::string_view pseudonym,
                                               NextHop next);

/// How many more hops an OPTIONS or TRACE may take (RFC 9110 §7.6.2); nothing when it does not say.
[[nodiscard]] std::optional<std::uint64_t> hops_left(const Request& request);

/// A response on its way to the client, wherever it comes from.
struct Response {
    int status = 200;
    std::string reason{};
    Fields fields{};                          // end-to-end; Content-Length as it came
    std::optional<std::uint64_t> body_size{}; // where it is known before the body's end
};

/// What an origin said as the client is to hear it.
[[nodiscard]] Response incoming_response(const http::ReceivedResponse& head,
                                         std::string_view pseudonym, NextHop from,
                                         std::chrono::sys_seconds now);

} // namespace proxy
