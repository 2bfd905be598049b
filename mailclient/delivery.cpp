#include "mailclient/delivery.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

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

std::string count_of(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Of two failures the first permanent one decides the exit status.
Exit worse(Exit a, Exit b)
{
    if (a == Exit::done) return b;
    if (b == Exit::done) return a;
    return a == Exit::temporary ? b : a;
}

/// "1-3, 5" for ascending numbers; "none" for no number.
std::string ranges_text(const std::vector<std::size_t>& numbers)
{
    std::string text;
    for (std::size_t i = 0, last = 0; i < numbers.size(); i = last + 1) {
        for (last = i; last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1;)
            ++last;
        text += (text.empty() ? "" : ", ") + std::to_string(numbers[i]);
        if (last > i) text += "-" + std::to_string(numbers[last]);
    }
    return text.empty() ? "none" : text;
}

void print_result(const std::string& line, const Options& options)
{
    if (options.quiet) return;
    std::cout << net::printable_line(line) + "\n" << std::flush;
}

/// Reports each refused recipient; returns the resulting status.
Exit report_refused(const std::vector<RefusedRecipient>& refused, const std::string& label = "")
{
    Exit status = Exit::done;
    for (const RefusedRecipient& each : refused) {
        net::complain("mailclient", label + "send to " + each.recipient + ": " + each.reply.text());
        const bool is_final = each.reply.reply_class() == ReplyClass::permanent_failure;
        status = worse(status, is_final ? Exit::no_recipient : Exit::temporary);
    }
    return status;
}

/// Removes the recipients whose reply satisfies `predicate` from `refused` and returns them.
template <typename Predicate>
std::vector<RefusedRecipient> extract(std::vector<RefusedRecipient>& refused, Predicate predicate)
{
    const auto begin =
        std::stable_partition(refused.begin(), refused.end(),
                              [&](const RefusedRecipient& each) { return !predicate(each.reply); });
    std::vector<RefusedRecipient> extracted(begin, refused.end());
    refused.erase(begin, refused.end());
    return extracted;
}

std::unordered_set<std::string> names_of(const std::vector<RefusedRecipient>& refused)
{
    std::unordered_set<std::string> names;
    for (const RefusedRecipient& each : refused)
        names.insert(each.recipient);
    return names;
}

std::unordered_set<std::string> specs_of(const std::vector<Mailbox>& mailboxes)
{
    std::unordered_set<std::string> specs;
    for (const Mailbox& each : mailboxes)
        specs.insert(spec(each));
    return specs;
}

/// The mailboxes that `refused` names.
std::vector<Mailbox> mailboxes_of(const std::vector<RefusedRecipient>& refused,
                                  std::vector<Mailbox> recipients)
{
    const auto names = names_of(refused);
    std::erase_if(recipients, [&](const Mailbox& each) { return !names.contains(spec(each)); });
    return recipients;
}

/// The mailboxes that `refused` does not name.
std::vector<Mailbox> mailboxes_beside(const std::vector<RefusedRecipient>& refused,
                                      std::vector<Mailbox> recipients)
{
    const auto names = names_of(refused);
    std::erase_if(recipients, [&](const Mailbox& each) { return names.contains(spec(each)); });
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

/// One transaction in an open session.
Delivery transact(Session& session, const Envelope& envelope, const Message& message,
                  const Options& options)
{
    Progress progress(!options.quiet && !options.verbose && !options.explain);
    session.on_progress([&](std::uint64_t sent) { progress.update(sent, message.size()); });
    Delivery delivery = session.transfer(envelope, message);
    const auto accepted =
        envelope.recipients.size() - delivery.refused.size() - delivery.postponed.size();
    const bool is_one = envelope.recipients.size() == 1;
    const std::string whom = is_one ? envelope.recipients.front() : count_of(accepted, "recipient");
    if (accepted > 0) print_result("sent to " + whom + ": " + delivery.reply.text(), options);
    return delivery;
}

/// Sends to `outcome.unsent`, and again to recipients beyond the server's limit (RFC 5321
/// §4.5.3.1.10), in at most 20 transactions.
void deliver_in_batches(Session& session, const OutgoingMessage& outgoing, const Options& options,
                        Outcome& outcome)
{
    constexpr int most_transactions = 20; // each carries the whole message
    const Message message = outgoing.compose({.eight_bit = session.offer().eight_bit});
    for (int number = 1; !outcome.unsent.empty(); ++number) {
        const Envelope envelope = envelope_of(outgoing, outcome.unsent);
        Delivery delivery = transact(session, envelope, message, options);
        append(outcome.refused, delivery.refused);
        if (!session.is_open() || number == most_transactions)
            append(outcome.refused, std::exchange(delivery.postponed, {}));
        outcome.unsent = mailboxes_of(delivery.postponed, std::move(outcome.unsent));
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
Outcome deliver(Session& session, const OutgoingMessage& outgoing,
                const std::vector<Mailbox>& recipients, const Options& options)
{
    Outcome outcome{.unsent = recipients};
    const auto fail = [&](const Failure& failure) {
        outcome.failure = naming_unsent(failure, envelope_of(outgoing, outcome.unsent),
                                        envelope_of(outgoing, recipients));
    };
    try {
        deliver_in_batches(session, outgoing, options, outcome);
    } catch (const FailureAfterRefusals& failure) {
        append(outcome.refused, failure.refused());
        outcome.unsent = mailboxes_beside(failure.refused(), std::move(outcome.unsent));
        fail(failure);
    } catch (const Failure& failure) {
        fail(failure);
    }
    return outcome;
}

bool has_accepted_some(const Outcome& outcome, const std::vector<Mailbox>& recipients)
{
    return outcome.refused.size() + outcome.unsent.size() < recipients.size();
}

/// Connects, and logs in if necessary.
using Connect = std::function<std::unique_ptr<Session>()>;

/// Sends messages to one server, over a new session when the server has ended one between messages
/// (421, or the end of the connection): many do so after some messages.
class Sender {
public:
    explicit Sender(Connect connect) : connect_(std::move(connect)), session_(connect_()) {}

    [[nodiscard]] bool is_open() const { return session_->is_open(); }
    Outcome deliver(const OutgoingMessage& outgoing, const Options& options);
    void quit() { session_->quit(); }

private:
    /// A session that accepted nothing is not replaced: the server would end the next one, too.
    [[nodiscard]] bool may_connect_again(const Outcome& outcome) const
    {
        return has_sent_ && session_->has_ended_between_messages() && outcome.failure &&
               outcome.failure->status() == Exit::temporary;
    }

    Connect connect_;
    std::unique_ptr<Session> session_;
    bool has_sent_ = false; // in this session
};

Outcome Sender::deliver(const OutgoingMessage& outgoing, const Options& options)
{
    Outcome outcome{.unsent = outgoing.recipients};
    for (bool goes_on = true; goes_on;) {
        const auto before = std::move(outcome.unsent);
        auto refused = std::move(outcome.refused);
        outcome = mail::deliver(*session_, outgoing, before, options);
        has_sent_ = has_sent_ || has_accepted_some(outcome, before);
        append(refused, outcome.refused);
        outcome.refused = std::move(refused);
        goes_on = may_connect_again(outcome);
        if (!goes_on) continue;
        has_sent_ = false;
        try {
            session_ = connect_();
        } catch (const Failure& failure) {
            outcome.failure = failure;
            return outcome;
        }
    }
    return outcome;
}

/// Reports the result of a message and returns its status.
Exit report(const Outcome& outcome, const std::string& label)
{
    const Exit status = report_refused(outcome.refused, label);
    if (!outcome.failure) return status;
    net::complain("mailclient", label + outcome.failure->what());
    return outcome.failure->status();
}

/// Sends the messages in turn, as long as sessions last; names those that were sent unless all
/// were, so that another run can leave them out.
Exit deliver_all(Sender& sender, const std::vector<OutgoingMessage>& messages,
                 const Options& options)
{
    Exit status = Exit::done;
    std::vector<std::size_t> sent;
    for (std::size_t number = 1; number <= messages.size() && sender.is_open(); ++number) {
        const OutgoingMessage& outgoing = messages[number - 1];
        const std::string label =
            messages.size() == 1 ? "" : "message " + std::to_string(number) + ": ";
        const Outcome outcome = sender.deliver(outgoing, options);
        if (has_accepted_some(outcome, outgoing.recipients)) sent.push_back(number);
        status = worse(status, report(outcome, label));
    }
    if (messages.size() > 1 && sent.size() < messages.size())
        net::complain("mailclient", count_of(messages.size() - sent.size(), "message") +
                                        " not sent" +
                                        (sender.is_open() ? "" : ": the session has ended") +
                                        "; sent: " + ranges_text(sent));
    return status;
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
Exit deliver_through(const std::vector<Route>& routes, const OutgoingMessage& outgoing,
                     std::vector<Mailbox> recipients, const Transcript& transcript,
                     const Options& options)
{
    Exit status = Exit::done;
    std::vector<RefusedRecipient> deferred; // those of `recipients` with a temporary refusal
    Alternatives failed;
    for (const Route& route : routes) {
        std::unique_ptr<Session> session;
        try {
            session = connect_opportunistically(route, transcript, options.timeout);
        } catch (const Failure& failure) {
            transcript.note(failure.what());
            failed.add(failure);
            continue;
        }
        Outcome outcome = deliver(*session, outgoing, recipients, options);
        session->quit();
        const auto newly_deferred = extract(outcome.refused, [](const Reply& reply) {
            return reply.reply_class() ==
                   ReplyClass::transient_failure; // another host may accept them
        });
        status = worse(status, report_refused(outcome.refused));
        const auto unsent = specs_of(outcome.unsent);
        std::erase_if(deferred, [&](const RefusedRecipient& each) {
            return !unsent.contains(each.recipient);
        });
        append(deferred, newly_deferred);
        if (outcome.failure && outcome.failure->status() != Exit::temporary) {
            status = worse(status, report_refused(deferred));
            net::complain("mailclient", outcome.failure->what());
            return worse(status, outcome.failure->status());
        }
        if (outcome.failure) {
            transcript.note(outcome.failure->what());
            failed.add(*outcome.failure);
        }
        recipients = mailboxes_of(newly_deferred, std::move(recipients));
        recipients.insert(recipients.end(), outcome.unsent.begin(), outcome.unsent.end());
        if (recipients.empty()) return status;
    }
    status = worse(status, report_refused(deferred));
    if (mailboxes_of(deferred, recipients).size() == recipients.size()) return status;
    net::complain("mailclient", failed.failure().what());
    return worse(status, failed.failure().status());
}

} // namespace

Exit show(const std::vector<OutgoingMessage>& messages, const Options& options)
{
    for (const OutgoingMessage& outgoing : messages) {
        const Envelope envelope = envelope_of(outgoing, outgoing.recipients);
        const std::string sender = envelope.sender.empty() ? "<>" : envelope.sender;
        std::string line = "envelope: from " + sender + " to";
        for (const std::string& recipient : envelope.recipients)
            line += " " + recipient;
        if (!options.quiet) std::cerr << net::printable_line(line) + "\n";
        outgoing.compose({.eight_bit = true}).write([](std::string_view bytes) {
            std::cout << bytes;
        });
    }
    std::cout << std::flush;
    if (!std::cout) throw Failure(Exit::no_output, "standard output cannot be written");
    return Exit::done;
}

Exit submit(const std::vector<OutgoingMessage>& messages, const Options& options)
{
    if (messages.empty()) return Exit::done; // an empty mbox
    check_authorities(options);
    const auto submission = plan_submission(options, spec(messages.front().sender));
    const Route& route = submission.route;
    const Transcript transcript = transcript_for(options);

    Sender sender([&] {
        auto session = connect_and_greet(route, transcript, options.timeout);
        if (needs_start_tls(*session, route)) session->start_tls(route.authorities);
        if (submission.credentials) log_in(*session, submission);
        return session;
    });
    const Exit status = deliver_all(sender, messages, options);
    sender.quit();
    return status;
}

Exit send_to_mx(const OutgoingMessage& outgoing, const Options& options)
{
    check_authorities(options);
    const Transcript transcript = transcript_for(options);
    transcript.note("sending directly to the recipients' MX hosts; most of them refuse mail from "
                    "home and school networks");
    Exit status = Exit::done;
    for (const auto& [domain, recipients] : by_domain(outgoing.recipients))
        try {
            const auto routes = plan_mx(options, domain);
            status =
                worse(status, deliver_through(routes, outgoing, recipients, transcript, options));
        } catch (const Failure& failure) {
            net::complain("mailclient", failure.what());
            status = worse(status, failure.status());
        }
    return status;
}

} // namespace mail
