// A message to send, checked before any connection is opened: its envelope, and a function that
// composes it once the server's extensions are known.
#pragma once

#include <functional>
#include <vector>

#include "mailclient/message/message.h"
#include "mailclient/options.h"
#include "mailclient/smtp/session.h"

namespace mail {

struct OutgoingMessage {
    Mailbox sender{};
    std::vector<Mailbox> recipients{}; // each one once
    std::function<Message(Transfer)> compose{};
};

/// Reads the options, the files they name and standard input. Throws Failure: Exit::usage when
/// something is missing, Exit::data when an address, header or message is bad, Exit::no_input when
/// a file cannot be read.
[[nodiscard]] std::vector<OutgoingMessage> read_messages(const Options& options);

/// For some of the message's recipients.
[[nodiscard]] Envelope envelope_of(const OutgoingMessage& outgoing,
                                   const std::vector<Mailbox>& recipients);

} // namespace mail
