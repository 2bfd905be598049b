// What is to be sent, checked as a whole before anybody is connected to: an envelope, and a message
// that is put together once it is known what the server can carry.
#pragma once

#include <functional>
#include <vector>

#include "mailclient/message/message.h"
#include "mailclient/options.h"
#include "mailclient/smtp/session.h"

namespace mail {

struct Job {
    Mailbox sender{};
    std::vector<Mailbox> recipients{};
    std::function<Message(Transfer)> compose{};
};

/// From the options, the files they name and standard input. Throws Failure: Exit::usage when
/// something is missing, Exit::data when an address, header or message is bad, Exit::no_input when
/// a file cannot be read.
[[nodiscard]] std::vector<Job> read_jobs(const Options& options);

/// Each recipient once.
[[nodiscard]] Envelope envelope_of(const Job& job, const std::vector<Mailbox>& recipients);

} // namespace mail
