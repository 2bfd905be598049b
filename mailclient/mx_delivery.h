// Sends a message straight to the MX hosts of its recipients' domains (RFC 5321 §5.1).
#pragma once

#include "mailclient/failure.h"
#include "mailclient/options.h"
#include "mailclient/outgoing_message.h"

namespace mail {

/// Sends to the MX hosts of each recipient's domain, and reports the result. Returns the worst
/// status.
Exit send_to_mx(const OutgoingMessage& outgoing, const Options& options);

} // namespace mail
