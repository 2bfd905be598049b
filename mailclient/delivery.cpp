#include "mailclient/delivery.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "common/program/output.h"
#include "common/text/ascii.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"
#include "mailclient/account.h"
#include "mailclient/progress.h"

namespace mail {
namespace {

Transcript transcript_for(const Options& options)
{
    return Transcript(options.explain   ? Detail::explained
                      : options.verbose ? Detail::dialogue
                                        : Detail::none);
}

/// Reports a bad file before any connection is opened, and not as a server's fault.
void check_authorities(const Options& options)
try {
    if (!options.authorities.empty()) net::check_authorities(options.authorities);
} catch (const net::Error& error) {
    throw Failure(Exit::no_input, error.what());
}

std::string count_of(std::size_t count, const std::string& what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Of two failures the first permanent one decides the exit status.
Exit worse(Exit a, Exit b)
{
    if (a == Exit::done) return b;
    if (b == Exit::done) return a;
    return a == Exit::temporary ? b : a;
}

void tell(const std::string& line, const Options& options)
{
    if (options.quiet) return;
    std::cout << net::printable_line(line) + "\n" << std::flush;
}

/// Reports each refused recipient; returns the resulting status.
Exit tell_refused(const std::vector<RefusedRecipient>& refused, const std::string& which = "")
{
    Exit status = Exit::done;
    for (const RefusedRecipient& each : refused) {
        net::complain("mailclient", which + "send to " + each.recipient + ": " + each.reply.text());
        const bool is_final = each.reply.verdict() == ReplyClass::never;
        status = worse(status, is_final ? Exit::no_recipient : Exit::temporary);
    }
    return status;
}

/// Removes the recipients whose reply satisfies `such` from `refused` and returns them.
template <typename Such>
std::vector<RefusedRecipient> take_out(std::vector<RefusedRecipient>& refused, Such such)
{
    const auto begin =
        std::stable_partition(refused.begin(), refused.end(),
                              [&](const RefusedRecipient& each) { return !such(each.reply); });
    std::vector<RefusedRecipient> taken(begin, refused.end());
    refused.erase(begin, refused.end());
    return taken;
}

bool is_among(const std::vector<RefusedRecipient>& refused, const Mailbox& recipient)
{
    return std::ranges::find(refused, spec(recipient), &RefusedRecipient::recipient) !=
           refused.end();
}

std::vector<Mailbox> mailboxes_of(const std::vector<RefusedRecipient>& refused,
                                  std::vector<Mailbox> recipients)
{
    std::erase_if(recipients, [&](const Mailbox& each) { return !is_among(refused, each); });
    return recipients;
}

void append(std::vector<RefusedRecipient>& list, const std::vector<RefusedRecipient>& more)
{
    list.insert(list.end(), more.begin(), more.end());
}

/// The result of a message in a session; recipients in neither list have been accepted.
struct Outcome {
    std::vector<RefusedRecipient> refused{};
    std::vector<Mailbox> unsent{};    // because of the failure
    std::optional<Failure> failure{}; // set if any recipient is unsent
};

/// One transaction in an open session; returns the refused recipients.
std::vector<RefusedRecipient> send_once(Session& session, const Envelope& envelope,
                                        const Message& message, const Options& options)
{
    Progress progress(!options.quiet && !options.verbose && !options.explain);
    session.on_progress([&](std::uint64_t sent) { progress.update(sent, message.size()); });
    Delivery delivery = session.send(envelope, message);
    const auto taken = envelope.recipients.size() - delivery.refused.size();
    const bool is_one = envelope.recipients.size() == 1;
    const std::string who = is_one ? envelope.recipients.front() : count_of(taken, "recipient");
    if (taken > 0) tell("sent to " + who + ": " + delivery.reply.text(), options);
    return std::move(delivery.refused);
}

/// Sends to `outcome.unsent`, and again to recipients above the server's limit (RFC 5321
/// §4.5.3.1.10).
void send_in_goes(Session& session, const Outgoing& job, const Options& options, Outcome& outcome)
{
    constexpr int most_goes = 20; // each carries the whole message
    constexpr int too_many = 452;
    const Message message = job.compose({.eight_bit = session.offer().eight_bit});
    for (int go = 1; !outcome.unsent.empty(); ++go) {
        const Envelope envelope = envelope_of(job, outcome.unsent);
        auto refused = send_once(session, envelope, message, options);
        const bool has_sent = refused.size() < envelope.recipients.size();
        std::vector<RefusedRecipient> rest;
        if (has_sent && session.is_open() && go < most_goes)
            rest = take_out(refused, [](const Reply& reply) { return reply.code == too_many; });
        append(outcome.refused, refused);
        outcome.unsent = mailboxes_of(rest, std::move(outcome.unsent));
    }
}

/// Adds the names of the unsent recipients, unless all are unsent.
Failure naming_unsent(const Failure& failure, const Envelope& unsent, const Envelope& all)
{
    std::string names;
    if (unsent.recipients.size() < all.recipients.size())
        for (const std::string& each : unsent.recipients)
            names += (names.empty() ? "" : ", ") + each;
    return {failure.status(),
            failure.what() + (names.empty() ? "" : " (not sent to: " + names + ")")};
}

/// Sends one message in an open session.
Outcome send(Session& session, const Outgoing& job, const std::vector<Mailbox>& recipients,
             const Options& options)
{
    Outcome outcome{.unsent = recipients};
    const auto fail = [&](const Failure& failure) {
        outcome.failure =
            naming_unsent(failure, envelope_of(job, outcome.unsent), envelope_of(job, recipients));
    };
    try {
        send_in_goes(session, job, options, outcome);
    } catch (const FailureAfterRefusals& failure) {
        append(outcome.refused, failure.refused());
        std::erase_if(outcome.unsent,
                      [&](const Mailbox& each) { return is_among(failure.refused(), each); });
        fail(failure);
    } catch (const Failure& failure) {
        fail(failure);
    }
    return outcome;
}

/// The same; reports the result and returns its status.
Exit send_and_tell(Session& session, const Outgoing& job, const Options& options,
                   const std::string& which)
{
    const Outcome outcome = send(session, job, job.recipients, options);
    const Exit status = tell_refused(outcome.refused, which);
    if (!outcome.failure) return status;
    net::complain("mailclient", which + outcome.failure->what());
    return outcome.failure->status();
}

std::map<std::string, std::vector<Mailbox>> by_domain(const std::vector<Mailbox>& recipients)
{
    std::map<std::string, std::vector<Mailbox>> groups;
    for (const Mailbox& recipient : recipients)
        groups[net::to_lower(recipient.domain)].push_back(recipient);
    return groups;
}

/// Sends to one domain: tries its hosts in turn until each recipient or the message is accepted or
/// permanently refused (RFC 5321 §4.5.4.1, §5.1).
Exit send_by(const std::vector<Route>& routes, const Outgoing& job, std::vector<Mailbox> recipients,
             const Transcript& transcript, const Options& options)
{
    Exit status = Exit::done;
    std::vector<RefusedRecipient> waiting; // those of `recipients` with a temporary refusal
    Alternatives failed;
    for (const Route& route : routes) {
        std::unique_ptr<Session> session;
        try {
            session = connect_to(route, transcript, options.timeout);
        } catch (const Failure& failure) {
            transcript.note(failure.what());
            failed.add(failure);
            continue;
        }
        Outcome outcome = send(*session, job, recipients, options);
        session->quit();
        const auto not_now = take_out(outcome.refused, [](const Reply& reply) {
            return reply.verdict() == ReplyClass::not_now; // another host may take them
        });
        status = worse(status, tell_refused(outcome.refused));
        std::erase_if(waiting, [&](const RefusedRecipient& each) {
            return std::ranges::find(outcome.unsent, each.recipient, spec) == outcome.unsent.end();
        });
        append(waiting, not_now);
        if (outcome.failure && outcome.failure->status() != Exit::temporary) {
            status = worse(status, tell_refused(waiting));
            net::complain("mailclient", outcome.failure->what());
            return worse(status, outcome.failure->status());
        }
        if (outcome.failure) {
            transcript.note(outcome.failure->what());
            failed.add(*outcome.failure);
        }
        recipients = mailboxes_of(not_now, std::move(recipients));
        recipients.insert(recipients.end(), outcome.unsent.begin(), outcome.unsent.end());
        if (recipients.empty()) return status;
    }
    status = worse(status, tell_refused(waiting));
    if (mailboxes_of(waiting, recipients).size() == recipients.size()) return status;
    net::complain("mailclient", failed.failure().what());
    return worse(status, failed.failure().status());
}

} // namespace

Exit show(const std::vector<Outgoing>& outgoing, const Options& options)
{
    for (const Outgoing& job : outgoing) {
        const Envelope envelope = envelope_of(job, job.recipients);
        std::string line = "envelope: from " + envelope.sender + " to";
        for (const std::string& recipient : envelope.recipients)
            line += " " + recipient;
        if (!options.quiet) std::cerr << net::printable_line(line) + "\n";
        job.compose({.eight_bit = true}).write([](std::string_view bytes) { std::cout << bytes; });
    }
    std::cout << std::flush;
    if (!std::cout) throw Failure(Exit::no_output, "write to standard output");
    return Exit::done;
}

Exit send_through_server(const std::vector<Outgoing>& outgoing, const Options& options)
{
    if (outgoing.empty()) return Exit::done; // an empty mbox
    check_authorities(options);
    const auto submission = plan_submission(options, spec(outgoing.front().sender));
    const Transcript transcript = transcript_for(options);
    const auto session = connect_to(submission.route, transcript, options.timeout);
    if (submission.credentials) try {
            log_in(*session, submission);
        } catch (const Failure&) {
            session->quit();
            throw;
        }

    Exit status = Exit::done;
    std::size_t number = 0;
    for (const Outgoing& job : outgoing) {
        ++number;
        if (!session->is_open()) {
            net::complain("mailclient",
                          count_of(outgoing.size() - number + 1, "message") + " not sent");
            break;
        }
        const std::string which =
            outgoing.size() == 1 ? "" : "message " + std::to_string(number) + ": ";
        status = worse(status, send_and_tell(*session, job, options, which));
    }
    session->quit();
    return status;
}

Exit send_to_mx(const Outgoing& job, const Options& options)
{
    check_authorities(options);
    const Transcript transcript = transcript_for(options);
    transcript.note("straight to the recipients' servers: a way to see how mail finds its way. "
                    "Most take none from a home's or a school's address.");
    Exit status = Exit::done;
    for (const auto& [domain, recipients] : by_domain(job.recipients))
        try {
            const auto routes = plan_mx(options, domain);
            status = worse(status, send_by(routes, job, recipients, transcript, options));
        } catch (const Failure& failure) {
            net::complain("mailclient", failure.what());
            status = worse(status, failure.status());
        }
    return status;
}

} // namespace mail
