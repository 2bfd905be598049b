#include "mailclient/options.h"

#include <cstdlib>
#include <iostream>
#include <span>

#include "common/program/command_line.h"
#include "common/tls/tls.h"
#include "mailclient/failure.h"
#include "mailclient/login/login.h"

namespace mail {
namespace {

net::CommandLine command_line_for(Options& options, bool& ignores_dots)
{
    return {
        .program = "mailclient",
        .purpose = "Sends a message to any recipient through any SMTP server.",
        .operands = {{"RECIPIENT", "address of a recipient, as with --to", options.recipients,
                      true}},
        .options =
            {
                {'f', "from", "ADDR", "sender: 'Ada <ada@example.org>' (default $EMAIL)",
                 options.from},
                {0, "to", "ADDR", "a recipient", options.to},
                {0, "cc", "ADDR", "a recipient of a copy", options.cc},
                {0, "bcc", "ADDR", "a recipient that the others do not see", options.bcc},
                {'s', "subject", "TEXT", "subject of the message", options.subject},
                {'m', "message", "TEXT", "text of the message (default: standard input)",
                 options.text},
                {0, "html", "FILE", "the text as HTML, with or without plain text",
                 options.html_file},
                {'a', "attach", "FILE", "attach a file; may be repeated", options.attachments},
                {0, "server", "[USER@]HOST[:PORT]",
                 "server to send through; smtps://HOST: implicit TLS", options.server},
                {0, "mx", "", "send directly to the recipients' MX hosts", options.mx},
                {0, "user", "NAME", "user name for the login; password: see the manual",
                 options.user},
                {0, "password-command", "CMD", "command that prints the password",
                 options.password_command},
                {0, "token-command", "CMD", "command that prints an OAuth2 token",
                 options.token_command},
                {0,
                 "auth",
                 "NAME",
                 "mechanism: plain, login, cram-md5, scram-sha-256, xoauth2 or oauthbearer",
                 {options.mechanism,
                  {"plain", "login", "cram-md5", "scram-sha-256", "xoauth2", "oauthbearer"}}},
                {0,
                 "tls",
                 "WHEN",
                 "auto, require or off",
                 {options.tls, {"auto", "require", "off"}}},
                {0, "ca", "FILE", "trust these CA certificates, not the system's",
                 options.authorities},
                {0, "timeout", "SECONDS", "time-out of each step (default: RFC 5321's)",
                 options.timeout},
                {'n', "dry-run", "", "print the message, send nothing", options.dry_run},
                {'v', "verbose", "", "show the dialogue with the server", options.verbose},
                {0, "explain", "", "show the dialogue, each line explained", options.explain},
                {'q', "quiet", "", "print nothing on success", options.quiet},
                {'t', "read-recipients", "", "read a whole message; send to its To, Cc, Bcc",
                 options.recipients_from_header},
                {'i', "ignore-dots", "", "accepted for compatibility: a dot never ends the input",
                 ignores_dots},
                {0, "raw", "", "read a whole message; send it unchanged", options.raw},
                {0, "mbox", "", "read an mbox; send each message as with -t", options.mbox},
            },
        .exit_status = "0 sent, 64 usage error, 65 invalid address or message, 66 cannot read a "
                       "file, 67 recipient refused, 68 unknown host, 69 server refuses or no "
                       "TLS, 74 cannot write, 75 temporary failure, 76 protocol error, 77 login "
                       "failed",
        .built_with = "TLS: " + net::tls_version(),
    };
}

[[noreturn]] void refuse(const std::string& why)
{
    throw Failure(Exit::usage, why + " (try mailclient --help)");
}

/// For --help and --version.
[[noreturn]] void show_and_exit(const std::string& text)
{
    std::cout << text << std::flush;
    if (!std::cout) throw Failure(Exit::no_output, "standard output cannot be written");
    std::exit(0);
}

void check(const Options& options)
{
    const int whole =
        (options.recipients_from_header ? 1 : 0) + (options.raw ? 1 : 0) + (options.mbox ? 1 : 0);
    const bool has_parts = !options.subject.empty() || options.text || !options.html_file.empty() ||
                           !options.attachments.empty() || !options.to.empty() ||
                           !options.cc.empty() || !options.bcc.empty();
    if (whole > 1) refuse("-t, --raw and --mbox exclude each other");
    if (whole == 1 && has_parts)
        refuse("-t, --raw and --mbox read complete messages: no option may give the subject, text, "
               "attachments, To, Cc or Bcc");
    if (options.mbox && !options.recipients.empty())
        refuse("--mbox takes the recipients from the headers: no argument may name one");
    if (options.mbox && options.mx) refuse("--mbox and --mx exclude each other");
    if (options.mx && !options.server.empty()) refuse("--mx and --server exclude each other");
    const bool logs_in = !options.user.empty() || !options.mechanism.empty() ||
                         !options.password_command.empty() || !options.token_command.empty();
    if (options.mx && logs_in) refuse("--mx excludes a login: MX hosts accept mail without one");
    if (logs_in && options.tls == "off") refuse("--tls off: a login requires TLS");
    const bool is_for_password = !options.mechanism.empty() && !needs_token(options.mechanism);
    if (!options.token_command.empty() && is_for_password)
        refuse("--token-command works only with --auth xoauth2 or oauthbearer");
    if (!options.password_command.empty() && !options.token_command.empty())
        refuse("--password-command and --token-command exclude each other");
}

} // namespace

Options parse_options(int argc, char* argv[])
try {
    Options options;
    bool ignores_dots = false; // accepted without effect
    const std::string text = command_line_for(options, ignores_dots)
                                 .parse(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!text.empty()) show_and_exit(text);
    check(options);
    return options;
} catch (const Failure&) {
    throw;
} catch (const net::Error& error) {
    refuse(error.what());
}

} // namespace mail
