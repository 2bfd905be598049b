#include "mailclient/mx_delivery.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_set>

#include "common/program/output.h"
#include "common/text/ascii.h"
#include "mailclient/account.h"
#include "mailclient/delivery_result.h"

namespace mail {
namespace {

std::unordered_set<std::string> specs_of(const std::vector<Mailbox>& mailboxes)
{
    std::unordered_set<std::string> specs;
    for (const Mailbox& each : mailboxes)
        specs.insert(spec(each));
    return specs;
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
        DeliveryResult result = deliver(*session, outgoing, recipients, options);
        session->quit();
        const auto newly_deferred = extract(result.refused, [](const Reply& reply) {
            return reply.reply_class() ==
                   ReplyClass::transient_failure; // another host may accept them
        });
        status = worse(status, report_refused(result.refused));
        const auto unsent = specs_of(result.unsent);
        std::erase_if(deferred, [&](const RefusedRecipient& each) {
            return !unsent.contains(each.recipient);
        });
        append(deferred, newly_deferred);
        if (result.failure && result.failure->status() != Exit::temporary) {
            status = worse(status, report_refused(deferred));
            net::complain("mailclient", result.failure->what());
            return worse(status, result.failure->status());
        }
        if (result.failure) {
            transcript.note(result.failure->what());
            failed.add(*result.failure);
        }
        recipients = mailboxes_of(newly_deferred, std::move(recipients));
        recipients.insert(recipients.end(), result.unsent.begin(), result.unsent.end());
        if (recipients.empty()) return status;
    }
    status = worse(status, report_refused(deferred));
    if (mailboxes_of(deferred, recipients).size() == recipients.size()) return status;
    net::complain("mailclient", failed.failure().what());
    return worse(status, failed.failure().status());
}

} // namespace

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
