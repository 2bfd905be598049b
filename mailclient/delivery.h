// What a run does with its messages: show them, send them through a server, or send one straight to
// its recipients' servers. Tells the user what became of them.
#pragma once

#include <vector>

#include "mailclient/failure.h"
#include "mailclient/options.h"
#include "mailclient/outgoing.h"

namespace mail {

/// On standard output, as they would be sent.
Exit show(const std::vector<Job>& jobs, const Options& options);

/// All over one connection. A message that fails does not keep those behind it from being sent as
/// long as the connection lasts; the status is the worst.
Exit send_through_server(const std::vector<Job>& jobs, const Options& options);

/// To each recipient's domain.
Exit send_to_mx(const Job& job, const Options& options);

} // namespace mail
