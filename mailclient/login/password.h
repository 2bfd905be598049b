// Where the password or token for a login comes from; never the command line, which everybody on
// the machine can read.
#pragma once

#include <string>

namespace mail {

/// Whose secret it is.
struct Account {
    std::string user;
    std::string host;
};

/// From now on this process leaves no core file and nobody looks into its memory.
void forbid_looking();

/// The first line that the shell command prints. Throws Failure (Exit::no_login) when it fails or
/// prints nothing. `what` names it: "--password-command".
[[nodiscard]] std::string secret_by_command(const std::string& command, const std::string& what);

/// From $MAILCLIENT_PASSWORD, else ~/.netrc, else a prompt on the terminal without echo. Throws
/// Failure (Exit::no_login) when there is none of them, or others may read that file.
[[nodiscard]] std::string find_password(const Account& account);

} // namespace mail
