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

/// A file that is not there is not to be found out by a server, nor taken for a server's fault.
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

/// A failure that was told weighs more than an earlier one if it is final.
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

/// Names who was refused; the status that this makes.
Exit tell_refused(const std::vector<Refusal>& refused, const std::string& which = "")
{
    Exit status = Exit::done;
    for (const Refusal& each : refused) {
        net::complain("mailclient", which + "send to " + each.recipient + ": " + each.reply.text());
        const bool is_final = each.reply.verdict() == Verdict::never;
        status = worse(status, is_final ? Exit::no_recipient : Exit::temporary);
    }
    return status;
}

/// Takes those out of `refused` whose reply is `such`.
template <typename Such> std::vector<Refusal> take_out(std::vector<Refusal>& refused, Such such)
{
    const auto begin = std::stable_partition(
        refused.begin(), refused.end(), [&](const Refusal& each) { return !such(each.reply); });
    std::vector<Refusal> taken(begin, refused.end());
    refused.erase(begin, refused.end());
    return taken;
}

bool is_among(const std::vector<Refusal>& refused, const Mailbox& recipient)
{
    return std::ranges::find(refused, spec(recipient), &Refusal::recipient) != refused.end();
}

std::vector<Mailbox> mailboxes_of(const std::vector<Refusal>& refused,
                                  std::vector<Mailbox> recipients)
{
    std::erase_if(recipients, [&](const Mailbox& each) { return !is_among(refused, each); });
    return recipients;
}

void append(std::vector<Refusal>& list, const std::vector<Refusal>& more)
{
    list.insert(list.end(), more.begin(), more.end());
}

/// What became of a message in a session; who is in neither list has got it.
struct Outcome {
    std::vector<Refusal> refused{};
    std::vector<Mailbox> unsent{};    // by the failure
    std::optional<Failure> failure{}; // there is one if anybody is unsent
};

/// One transaction in an open session; who was refused.
std::vector<Refusal> send_once(Session& session, const Envelope& envelope, const Message& message,
                               const Options& options)
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

/// To `outcome.unsent`, and again to those who were too many at a time (RFC 5321 §4.5.3.1.10).
void send_in_goes(Session& session, const Job& job, const Options& options, Outcome& outcome)
{
    constexpr int most_goes = 20; // each carries the whole message
    constexpr int too_many = 452;
    const Message message = job.compose({.eight_bit = session.offer().eight_bit});
    for (int go = 1; !outcome.unsent.empty(); ++go) {
        const Envelope envelope = envelope_of(job, outcome.unsent);
        auto refused = send_once(session, envelope, message, options);
        const bool has_sent = refused.size() < envelope.recipients.size();
        std::vector<Refusal> rest;
        if (has_sent && session.is_open() && go < most_goes)
            rest = take_out(refused, [](const Reply& reply) { return reply.code == too_many; });
        append(outcome.refused, refused);
        outcome.unsent = mailboxes_of(rest, std::move(outcome.unsent));
    }
}

/// With the names of those whom it is about, if they are not all.
Failure naming_unsent(const Failure& failure, const Envelope& unsent, const Envelope& all)
{
    std::string names;
    if (unsent.recipients.size() < all.recipients.size())
        for (const std::string& each : unsent.recipients)
            names += (names.empty() ? "" : ", ") + each;
    return {failure.status(),
            failure.what() + (names.empty() ? "" : " (not sent to: " + names + ")")};
}

/// One message in an open session.
Outcome send(Session& session, const Job& job, const std::vector<Mailbox>& recipients,
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

/// The same, told.
Exit send_and_tell(Session& session, const Job& job, const Options& options,
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

/// To one domain: host after host, until each recipient or the message is taken or refused for good
/// (RFC 5321 §4.5.4.1, §5.1).
Exit send_by(const std::vector<Route>& routes, const Job& job, std::vector<Mailbox> recipients,
             const Transcript& transcript, const Options& options)
{
    Exit status = Exit::done;
    std::vector<Refusal> waiting; // those of `recipients` whom a host has refused for now
    Alternatives failed;
    for (const Route& route : routes) {
        std::unique_ptr<Session> session;
        try {
            session = dial(route, transcript, options.timeout);
        } catch (const Failure& failure) {
            transcript.note(failure.what());
            failed.add(failure);
            continue;
        }
        Outcome outcome = send(*session, job, recipients, options);
        session->quit();
        const auto not_now = take_out(outcome.refused, [](const Reply& reply) {
            return reply.verdict() == Verdict::not_now; // another host may take them
        });
        status = worse(status, tell_refused(outcome.refused));
        std::erase_if(waiting, [&](const Refusal& each) {
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

Exit show(const std::vector<Job>& jobs, const Options& options)
{
    for (const Job& job : jobs) {
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

Exit send_through_server(const std::vector<Job>& jobs, const Options& options)
{
    if (jobs.empty()) return Exit::done; // an empty mbox
    check_authorities(options);
    const auto submission = plan_submission(options, spec(jobs.front().sender));
    const Transcript transcript = transcript_for(options);
    const auto session = dial(submission.route, transcript, options.timeout);
    if (submission.credentials) try {
            log_in(*session, submission);
        } catch (const Failure&) {
            session->quit();
            throw;
        }

    Exit status = Exit::done;
    std::size_t number = 0;
    for (const Job& job : jobs) {
        ++number;
        if (!session->is_open()) {
            net::complain("mailclient",
                          count_of(jobs.size() - number + 1, "message") + " not sent");
            break;
        }
        const std::string which =
            jobs.size() == 1 ? "" : "message " + std::to_string(number) + ": ";
        status = worse(status, send_and_tell(*session, job, options, which));
    }
    session->quit();
    return status;
}

Exit send_to_mx(const Job& job, const Options& options)
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
