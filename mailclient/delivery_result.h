// Sends one message in an open session, and reports what became of its recipients.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mailclient/failure.h"
#include "mailclient/options.h"
#include "mailclient/outgoing_message.h"

namespace mail {

/// The result of a message in a session; recipients in neither list have been accepted.
struct DeliveryResult {
    std::vector<RefusedRecipient> refused{};
    std::vector<Mailbox> unsent{};    // because of the failure
    std::optional<Failure> failure{}; // set if any recipient is unsent
};

/// Sends the message to `recipients` in an open session, to those beyond the server's limit (RFC
/// 5321 §4.5.3.1.10) in further transactions.
[[nodiscard]] DeliveryResult deliver(Session& session, const OutgoingMessage& outgoing,
                                     const std::vector<Mailbox>& recipients,
                                     const Options& options);

[[nodiscard]] bool has_accepted_some(const DeliveryResult& result,
                                     const std::vector<Mailbox>& recipients);

/// Of two failures the first permanent one decides the exit status.
[[nodiscard]] Exit worse(Exit a, Exit b);

/// Reports each refused recipient; returns the resulting status. `label` begins each line.
Exit report_refused(const std::vector<RefusedRecipient>& refused, const std::string& label = "");
/// The same for the whole result.
Exit report(const DeliveryResult& result, const std::string& label);

/// Removes the recipients whose reply satisfies `predicate` from `refused` and returns them.
[[nodiscard]] std::vector<RefusedRecipient>
extract(std::vector<RefusedRecipient>& refused, const std::function<bool(const Reply&)>& predicate);
void append(std::vector<RefusedRecipient>& list, const std::vector<RefusedRecipient>& more);

/// The mailboxes that `refused` names.
[[nodiscard]] std::vector<Mailbox> mailboxes_of(const std::vector<RefusedRecipient>& refused,
                                                std::vector<Mailbox> recipients);

/// As -v and --explain want it.
[[nodiscard]] Transcript transcript_for(const Options& options);

/// "1 message", "2 messages".
[[nodiscard]] std::string count_of(std::size_t count, const std::string& noun);

} // namespace mail
