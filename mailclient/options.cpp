#include "mailclient/options.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <span>

#include "common/program/command_line.h"
#include "common/text/ascii.h"
#include "common/tls/tls.h"
#include "mailclient/failure.h"
#include "mailclient/login/login.h"

namespace mail {
namespace {

/// The values of sendmail's options that are not options of this program.
struct SendmailOptions {
    bool ignores_dots = false;           // -i
    std::vector<std::string> settings{}; // -o
    std::vector<std::string> modes{};    // -b
    bool runs_queue = false;             // -q
    std::vector<std::string> ignored{};
    bool ignored_flag = false;
};

net::CommandLine command_line_for(Options& options, SendmailOptions& sendmail)
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
                {0, "reply-to", "ADDR", "address for replies, if not the sender's",
                 options.reply_to},
                {0, "in-reply-to", "ID", "Message-ID of the message that this one answers",
                 options.in_reply_to},
                {0, "header", "FIELD", "another header field: 'NAME: VALUE'", options.headers},
                {'m', "message", "TEXT", "text of the message (default: standard input)",
                 options.text},
                {0, "html", "FILE", "the text as HTML, with or without plain text",
                 options.html_file},
                {'a', "attach", "FILE", "attach a file; may be repeated", options.attachments},
                {0, "server", "SERVER", "server to send through: [smtps://][USER@]HOST[:PORT]",
                 options.server},
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
                 "mechanism of the login (plain, scram-sha-256, ...)",
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
                {'i', "ignore-dots", "", "read a whole message unless an option composes one",
                 sendmail.ignores_dots},
                {0, "raw", "", "read a whole message; send it unchanged", options.raw},
                {0, "mbox", "", "read an mbox; send each message as with -t", options.mbox},
                {'F', {}, "NAME", {}, options.from_name},
                {'r', {}, "ADDR", {}, options.from},
                {'b', {}, "MODE", {}, sendmail.modes},
                {'o', {}, "SETTING", {}, sendmail.settings},
                {'B', {}, "BODY", {}, sendmail.ignored},
                {'e', {}, "MODE", {}, sendmail.ignored},
                {'L', {}, "TAG", {}, sendmail.ignored},
                {'N', {}, "DSN", {}, sendmail.ignored},
                {'O', {}, "SETTING", {}, sendmail.ignored},
                {'R', {}, "RETURN", {}, sendmail.ignored},
                {'G', {}, {}, {}, sendmail.ignored_flag},
                {'U', {}, {}, {}, sendmail.ignored_flag},
            },
        .exit_status = "0 sent, 64 usage, 65 bad data, 66 no such file, 67 recipient "
                       "refused, 68 unknown host, 69 server refuses or no TLS, 74 cannot write, "
                       "75 temporary failure, 76 protocol error, 77 login failed",
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

/// The letters that mean something else in sendmail(8): -n, -m and -q have no argument there.
void rename_letters(net::CommandLine& command_line, SendmailOptions& sendmail)
{
    for (net::Option& option : command_line.options)
        if (net::contains("amnqs", option.letter)) option.letter = 0;
    command_line.options.push_back({'m', {}, {}, {}, sendmail.ignored_flag});
    command_line.options.push_back({'n', {}, {}, {}, sendmail.ignored_flag});
    command_line.options.push_back({'q', {}, {}, {}, sendmail.runs_queue});
}

struct RefusedMode {
    char letter;
    std::string_view reason;
};

constexpr auto refused_modes = std::to_array<RefusedMode>({
    {'d', "this program is no server (mailsink is one, for tests)"},
    {'D', "this program is no server (mailsink is one, for tests)"},
    {'i', "there are no aliases to initialize"},
    {'p', "there is no queue to print: a message is sent at once, and the exit status tells"},
    {'s', "SMTP on standard input is not offered (connect to the server itself, or give a whole "
          "message with -t or -i)"},
    {'v', "addresses are not verified (-n shows the envelope that they give)"},
});

void check(const SendmailOptions& sendmail)
{
    for (const std::string& mode : sendmail.modes) {
        if (mode == "m") continue; // deliver a message
        const auto* found = std::ranges::find_if(refused_modes, [&](const RefusedMode& each) {
            return mode == std::string_view(&each.letter, 1);
        });
        refuse("-b" + mode + ": " +
               std::string(found == refused_modes.end() ? "there is no such mode, only -bm"
                                                        : found->reason));
    }
    if (sendmail.runs_queue) refuse("-q: there is no queue: a message is sent at once (--quiet)");
}

void check(const Options& options)
{
    const int whole =
        (options.recipients_from_header ? 1 : 0) + (options.raw ? 1 : 0) + (options.mbox ? 1 : 0);
    if (whole > 1) refuse("-t, --raw and --mbox exclude each other");
    if (whole == 1 && composes(options))
        refuse(
            "-t, --raw and --mbox read complete messages: no option may give the text, attachments "
            "or header fields (--subject, --to, --cc, --bcc, --reply-to, --in-reply-to, "
            "--header)");
    if (options.mbox && !options.recipients.empty())
        refuse("--mbox takes the recipients from the headers: no argument may name one");
    const bool needs_recipients = options.raw || options.whole;
    if (needs_recipients && options.recipients.empty())
        refuse("no recipient is given (-t takes the recipients from the header)");
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

bool composes(const Options& options)
{
    return options.subject || options.text || !options.html_file.empty() ||
           !options.attachments.empty() || !options.to.empty() || !options.cc.empty() ||
           !options.bcc.empty() || !options.reply_to.empty() || options.in_reply_to ||
           !options.headers.empty();
}

Options parse_options(int argc, char* argv[])
try {
    Options options;
    SendmailOptions sendmail;
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    net::CommandLine command_line = command_line_for(options, sendmail);
    const bool has_its_name = argc > 0 && std::string_view(argv[0]).ends_with("sendmail");
    if (has_its_name) rename_letters(command_line, sendmail);
    const std::string text =
        command_line.parse(arguments.subspan(std::min<std::size_t>(1, arguments.size())));
    if (!text.empty()) show_and_exit(text);
    const bool ignores_dots = sendmail.ignores_dots ||
                              std::ranges::find(sendmail.settings, "i") != sendmail.settings.end();
    options.sendmail = has_its_name || ignores_dots;
    options.whole = options.sendmail && !options.recipients_from_header && !options.raw &&
                    !options.mbox && !composes(options);
    check(sendmail);
    check(options);
    return options;
} catch (const Failure&) {
    throw;
} catch (const net::Error& error) {
    refuse(error.what());
}

} // namespace mail
