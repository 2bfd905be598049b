// A mail client: sends messages by SMTP, through a server that takes them or straight to the
// recipients' own.

#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/delivery.h"
#include "mailclient/failure.h"
#include "mailclient/options.h"
#include "mailclient/outgoing.h"
#include "mailclient/prompt.h"

namespace {

using mail::Exit;

/// Nobody has said what to send, and somebody is there to be asked.
bool is_to_ask(const mail::Options& options)
{
    const bool has_message = options.text || !options.html_file.empty() || options.raw ||
                             options.recipients_from_header || options.mbox;
    return !has_message && ::isatty(STDIN_FILENO) == 1;
}

int run(int argc, char* argv[])
{
    auto options = mail::parse_options(argc, argv);
    if (is_to_ask(options)) mail::ask_for_message(options, std::cin, std::cerr);
    const auto jobs = mail::read_jobs(options);
    const Exit status = options.dry_run ? mail::show(jobs, options)
                        : options.mx    ? mail::send_to_mx(jobs.front(), options)
                                        : mail::send_through_server(jobs, options);
    return static_cast<int>(status);
}

int fail(Exit status, const char* what)
{
    net::complain("mailclient", what);
    return static_cast<int>(status);
}

} // namespace

int main(int argc, char* argv[])
try {
    // A peer or a pipe that has gone is an error like others.
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) net::fail("ignore SIGPIPE");
    return run(argc, argv);
} catch (const mail::Failure& failure) {
    return fail(failure.status(), failure.what());
} catch (const std::exception& error) { // the system's or the network's trouble
    return fail(Exit::temporary, error.what());
}
