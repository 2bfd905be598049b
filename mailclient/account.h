// Chooses the server and the login for a message, from the options and the provider table.
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
    std::optional<Credentials> credentials{}; // none: no login
    std::string mechanism{};                  // from --auth; empty: the best on offer
    const Provider* provider = nullptr;
};

/// Reports a bad file of --ca before any connection is opened, and not as a server's fault: throws
/// Failure (Exit::no_input).
void check_authorities(const Options& options);

/// The server for the address `sender`. Gets the password, too, so that no connection is open while
/// the user types it. Throws Failure: Exit::usage when no server is known, Exit::unavailable when
/// this program has no TLS and needs it, Exit::no_login without a password.
[[nodiscard]] Submission plan_submission(const Options& options, const std::string& sender);

/// The same for the MX hosts of `domain`, in the order to try them, without a login: at most 5
/// hosts, 5 addresses of each, and 10 minutes for all attempts to connect.
[[nodiscard]] std::vector<Route> plan_mx(const Options& options, const std::string& domain);

/// Makes one attempt, by the requested mechanism or the best on offer. Throws Failure
/// (Exit::no_login) with the server's reply and the provider's hint.
void log_in(Session& session, const Submission& submission);

} // namespace mail
