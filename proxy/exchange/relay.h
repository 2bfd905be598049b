// Sends bodies to a client: from the store, from a collapsed request's body in progress, or from an
// origin while the body is written to the cache.
#pragma once

#include <chrono>
#include <vector>

#include "proxy/cache/response_from_cache.h"
#include "proxy/message/response_writer.h"
#include "proxy/origin/origin_request.h"
#include "proxy/store/body_in_progress.h"
#include "proxy/store/cache_writer.h"

namespace proxy {

/// Sends an origin's whole body as it arrives. Throws HttpError when it is cut off.
void relay(OriginRequest& origin_request, ResponseWriter& writer);

/// Sends the text and the bytes of a stored body that each stretch names. Throws HttpError when the
/// store fails.
void relay_stored(const std::vector<BodySegment>& segments, const StoredBody& body,
                  ResponseWriter& writer);

/// Sends the leader's whole body as it arrives. Throws HttpError when it is cut off, or when the
/// next piece takes longer than `timeout`.
void relay_in_progress(BodyInProgress& body, ResponseWriter& writer,
                       std::chrono::milliseconds timeout);

/// Sends an origin's whole body as it arrives, and stores it before the client has all of it, so
/// that the next request finds it. `shared`: the leader's membership when the response may have
/// followers, or null. Followers do not wait for the leader's client, and the transfer continues
/// for them when that client has disconnected.
void relay_and_store(OriginRequest& origin_request, CacheWriter& cache_writer,
                     ResponseWriter& writer, RequestCollapsing::Membership* membership);

} // namespace proxy
