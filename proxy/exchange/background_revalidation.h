// Revalidates a stale cache entry after the client has been served from it (stale-while-revalidate,
// RFC 5861 §3).
#pragma once

#include <string>

#include "common/address.h"
#include "proxy/cache/stored_head.h"
#include "proxy/exchange/service.h"

namespace proxy {

/// Replaces the client's conditions in `outgoing` by those that validate `stored`.
void set_conditions(OutgoingRequest& outgoing, const StoredHead& stored,
                    const std::vector<http::Field>& request);

/// Repeats a client's request as a conditional GET and stores the response. Throws nothing.
void revalidate(const std::string& request_text, const net::Address& client,
                const Service& service) noexcept;

} // namespace proxy
