// A mail client: sends messages by SMTP, through a server or straight to the recipients' MX hosts.

#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/delivery.h"
#include "mailclient/failure.h"
#include "mailclient/mx_delivery.h"
#include "mailclient/options.h"
#include "mailclient/outgoing_message.h"
#include "mailclient/prompt.h"

namespace {

using mail::Exit;

/// No message is given, and standard input is a terminal.
bool needs_prompt(const mail::Options& options)
{
    const bool has_message = options.text || !options.html_file.empty() || options.raw ||
                             options.whole || options.recipients_from_header || options.mbox;
    return !has_message && ::isatty(STDIN_FILENO) == 1;
}

Exit send(const mail::Options& options)
{
    const auto messages = mail::read_messages(options);
    return options.dry_run ? mail::show(messages, options)
           : options.mx    ? mail::send_to_mx(messages.front(), options)
                           : mail::submit(messages, options);
}

/// Throws what send() would throw for all but the text, before the user types one.
void check_all_but_text(mail::Options options)
{
    options.text = "";
    static_cast<void>(mail::read_messages(options));
}

/// A text that the user has typed is not lost.
Exit send_typed(const mail::Options& options)
try {
    const Exit status = send(options);
    if (status != Exit::done) mail::save_dead_letter(options);
    return status;
} catch (const std::exception&) {
    mail::save_dead_letter(options);
    throw;
}

Exit run(int argc, char* argv[])
{
    auto options = mail::parse_options(argc, argv);
    if (!needs_prompt(options)) return send(options);
    mail::prompt_for_header(options, std::cin, std::cerr);
    check_all_but_text(options);
    mail::prompt_for_text(options, std::cin, std::cerr);
    return send_typed(options);
}

int fail(Exit status, const char* what)
{
    net::complain("mailclient", what);
    return static_cast<int>(status);
}

} // namespace

int main(int argc, char* argv[])
try {
    net::hold_standard_descriptors();
    // A closed connection or pipe is reported like other errors.
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) net::fail("ignore SIGPIPE");
    return static_cast<int>(run(argc, argv));
} catch (const mail::Failure& failure) {
    return fail(failure.status(), failure.what());
} catch (const std::bad_alloc&) {
    return fail(Exit::temporary, "the message does not fit into memory (attach a large file: -a)");
} catch (const std::exception& error) { // an error of the system or the network
    return fail(Exit::temporary, error.what());
}
