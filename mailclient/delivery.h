// Shows messages, or sends them through a server and reports the result to the user.
#pragma once

#include <vector>

#include "mailclient/failure.h"
#include "mailclient/options.h"
#include "mailclient/outgoing_message.h"

namespace mail {

/// Writes the messages to standard output and their envelopes to standard error.
Exit show(const std::vector<OutgoingMessage>& messages, const Options& options);

/// Sends all over one connection: greet, start TLS, log in, send, quit. After a failed message the
/// next ones are still sent if the connection lasts, or ends between two messages. Returns the
/// worst status.
Exit submit(const std::vector<OutgoingMessage>& messages, const Options& options);

} // namespace mail
