// Through which server a message goes, and as whom: the options and the providers' table together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mailclient/login/login.h"
#include "mailclient/options.h"
#include "mailclient/smtp/connect.h"

namespace mail {

struct Submission {
    Route route;
    std::optional<Credentials> credentials{}; // who logs in, if anybody
    std::string mechanism{};                  // the one that is wanted; empty: the best
    const Provider* provider = nullptr;
};

/// For a sender at `domain` with the address `sender`. Gets the password, too: nobody is connected
/// to while one is typed. Throws Failure: Exit::usage when no server is known, Exit::unavailable
/// when this program has no TLS and needs it, Exit::no_login without a password.
[[nodiscard]] Submission plan_submission(const Options& options, const std::string& sender);

/// The same for a domain's own servers, in the order to try them, without a login.
[[nodiscard]] std::vector<Route> plan_mx(const Options& options, const std::string& domain);

/// One attempt, by the best mechanism on offer. Throws Failure (Exit::no_login) with the server's
/// words and the provider's hint.
void log_in(Session& session, const Submission& submission);

} // namespace mail
