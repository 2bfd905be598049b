#include "mailclient/delivery_result.h"

#include <algorithm>
#include <iostream>
#include <unordered_set>
#include <utility>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/progress.h"

namespace mail {
namespace {

void print_result(const std::string& line, const Options& options)
{
    if (options.quiet) return;
    std::cout << net::printable_line(line) + "\n" << std::flush;
}

std::unordered_set<std::string> names_of(const std::vector<RefusedRecipient>& refused)
{
    std::unordered_set<std::string> names;
    for (const RefusedRecipient& each : refused)
        names.insert(each.recipient);
    return names;
}

/// The mailboxes that `refused` does not name.
std::vector<Mailbox> mailboxes_beside(const std::vector<RefusedRecipient>& refused,
                                      std::vector<Mailbox> recipients)
{
    const auto names = names_of(refused);
    std::erase_if(recipients, [&](const Mailbox& each) { return names.contains(spec(each)); });
    return recipients;
}

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

/// Sends to `result.unsent`, and again to recipients beyond the server's limit (RFC 5321
/// §4.5.3.1.10), in at most 20 transactions.
void deliver_in_batches(Session& session, const OutgoingMessage& outgoing, const Options& options,
                        DeliveryResult& result)
{
    constexpr int most_transactions = 20; // each carries the whole message
    const Message message = outgoing.compose({.eight_bit = session.offer().eight_bit});
    for (int number = 1; !result.unsent.empty(); ++number) {
        const Envelope envelope = envelope_of(outgoing, result.unsent);
        Delivery delivery = transact(session, envelope, message, options);
        append(result.refused, delivery.refused);
        if (!session.is_open() || number == most_transactions)
            append(result.refused, std::exchange(delivery.postponed, {}));
        result.unsent = mailboxes_of(delivery.postponed, std::move(result.unsent));
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

} // namespace

Transcript transcript_for(const Options& options)
{
    return Transcript(options.explain   ? Detail::explained
                      : options.verbose ? Detail::dialogue
                                        : Detail::none);
}

std::string count_of(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Exit worse(Exit a, Exit b)
{
    if (a == Exit::done) return b;
    if (b == Exit::done) return a;
    return a == Exit::temporary ? b : a;
}

Exit report_refused(const std::vector<RefusedRecipient>& refused, const std::string& label)
{
    Exit status = Exit::done;
    for (const RefusedRecipient& each : refused) {
        net::complain("mailclient", label + "send to " + each.recipient + ": " + each.reply.text());
        const bool is_final = each.reply.reply_class() == ReplyClass::permanent_failure;
        status = worse(status, is_final ? Exit::no_recipient : Exit::temporary);
    }
    return status;
}

std::vector<RefusedRecipient> extract(std::vector<RefusedRecipient>& refused,
                                      const std::function<bool(const Reply&)>& predicate)
{
    const auto begin =
        std::stable_partition(refused.begin(), refused.end(),
                              [&](const RefusedRecipient& each) { return !predicate(each.reply); });
    std::vector<RefusedRecipient> extracted(begin, refused.end());
    refused.erase(begin, refused.end());
    return extracted;
}

std::vector<Mailbox> mailboxes_of(const std::vector<RefusedRecipient>& refused,
                                  std::vector<Mailbox> recipients)
{
    const auto names = names_of(refused);
    std::erase_if(recipients, [&](const Mailbox& each) { return !names.contains(spec(each)); });
    return recipients;
}

void append(std::vector<RefusedRecipient>& list, const std::vector<RefusedRecipient>& more)
{
    list.insert(list.end(), more.begin(), more.end());
}

DeliveryResult deliver(Session& session, const OutgoingMessage& outgoing,
                       const std::vector<Mailbox>& recipients, const Options& options)
{
    DeliveryResult result{.unsent = recipients};
    const auto fail = [&](const Failure& failure) {
        result.failure = naming_unsent(failure, envelope_of(outgoing, result.unsent),
                                       envelope_of(outgoing, recipients));
    };
    try {
        deliver_in_batches(session, outgoing, options, result);
    } catch (const FailureAfterRefusals& failure) {
        append(result.refused, failure.refused());
        result.unsent = mailboxes_beside(failure.refused(), std::move(result.unsent));
        fail(failure);
    } catch (const Failure& failure) {
        fail(failure);
    }
    return result;
}

bool has_accepted_some(const DeliveryResult& result, const std::vector<Mailbox>& recipients)
{
    return result.refused.size() + result.unsent.size() < recipients.size();
}

Exit report(const DeliveryResult& result, const std::string& label)
{
    const Exit status = report_refused(result.refused, label);
    if (!result.failure) return status;
    net::complain("mailclient", label + result.failure->what());
    return result.failure->status();
}

} // namespace mail
