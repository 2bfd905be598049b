// Bodies on their way to a client, wherever they come from: the store, somebody else's answer that
// still grows, an origin whose answer is stored as well.
#pragma once

#include <chrono>
#include <vector>

#include "proxy/cache/stored_answer.h"
#include "proxy/message/response_writer.h"
#include "proxy/origin/origin_request.h"
#include "proxy/store/body_in_progress.h"
#include "proxy/store/cache_writer.h"

namespace proxy {

/// Sends an origin's body as it comes, to its end. Throws Refusal when it is cut off.
void relay(Inquiry& inquiry, Delivery& delivery);

/// Sends those stretches of a stored body. Throws Refusal when the store fails.
void relay_stored(const std::vector<Stretch>& stretches, const StoredBody& body,
                  Delivery& delivery);

/// Sends a leader's body as it comes, to its end. Throws Refusal when it is cut off, or when the
/// next piece takes longer than `patience`.
void relay_growing(GrowingBody& body, Delivery& delivery, std::chrono::milliseconds patience);

/// Sends an origin's body as it comes, to its end, and puts it into the store before the client has
/// all of it, so that who asks again finds it. `shared`: the leader's ticket when others may follow
/// his answer, or null. They do not wait for his client, and it goes on for them when he has gone.
void relay_recorded(Inquiry& inquiry, Recording& recording, Delivery& delivery,
                    Flights::Ticket* shared);

} // namespace proxy
