// Asking an origin about something stored while the client has been served already
// (stale-while-revalidate, RFC 5861 §3).
#pragma once

#include <string>

#include "common/address.h"
#include "proxy/cache/stored_head.h"
#include "proxy/exchange/service.h"

namespace proxy {

/// Puts the conditions that ask whether `stored` is still good into a request, instead of the
/// client's own.
void set_conditions(OutgoingRequest& outgoing, const StoredHead& stored,
                    const std::vector<http::Field>& request);

/// Asks once more what a client asked, in its name, and stores what comes. Throws nothing.
void revalidate(const std::string& request_text, const net::Address& client,
                const Service& service) noexcept;

} // namespace proxy
