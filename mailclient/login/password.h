// Finds the password or token for a login. Secrets never come from the command line, which every
// user of the machine can read.
#pragma once

#include <string>

namespace mail {

/// The account that the secret belongs to.
struct Account {
    std::string user;
    std::string host;
};

/// Disables core files and debugger access (ptrace) for this process.
void disable_core_dumps_and_tracing();

/// The first line of output of a shell command. Throws Failure (Exit::no_login) when the command
/// fails or prints nothing. `option` is the option's name for errors: "--password-command".
[[nodiscard]] std::string secret_from_command(const std::string& command,
                                              const std::string& option);

/// From $MAILCLIENT_PASSWORD, else ~/.netrc, else a terminal prompt without echo. Throws Failure
/// (Exit::no_login) when there is none, or others have access to ~/.netrc.
[[nodiscard]] std::string find_password(const Account& account);

} // namespace mail
