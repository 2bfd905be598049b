#include "mailclient/delivery.h"

#include <functional>
#include <iostream>
#include <memory>
#include <utility>

#include "common/program/output.h"
#include "common/text/printable.h"
#include "mailclient/account.h"
#include "mailclient/delivery_result.h"

namespace mail {
namespace {

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

/// Connects, and logs in if necessary.
using Connect = std::function<std::unique_ptr<Session>()>;

/// Sends messages to one server, over a new session when the server has ended one between messages
/// (421, or the end of the connection): many do so after some messages.
class Sender {
public:
    explicit Sender(Connect connect) : connect_(std::move(connect)), session_(connect_()) {}

    [[nodiscard]] bool is_open() const { return session_->is_open(); }
    DeliveryResult deliver(const OutgoingMessage& outgoing, const Options& options);
    void quit() { session_->quit(); }

private:
    /// A session that accepted nothing is not replaced: the server would end the next one, too.
    [[nodiscard]] bool may_connect_again(const DeliveryResult& result) const
    {
        return has_sent_ && session_->has_ended_between_messages() && result.failure &&
               result.failure->status() == Exit::temporary;
    }

    Connect connect_;
    std::unique_ptr<Session> session_;
    bool has_sent_ = false; // in this session
};

DeliveryResult Sender::deliver(const OutgoingMessage& outgoing, const Options& options)
{
    DeliveryResult result{.unsent = outgoing.recipients};
    for (bool goes_on = true; goes_on;) {
        const auto before = std::move(result.unsent);
        auto refused = std::move(result.refused);
        result = mail::deliver(*session_, outgoing, before, options);
        has_sent_ = has_sent_ || has_accepted_some(result, before);
        append(refused, result.refused);
        result.refused = std::move(refused);
        goes_on = may_connect_again(result);
        if (!goes_on) continue;
        has_sent_ = false;
        try {
            session_ = connect_();
        } catch (const Failure& failure) {
            result.failure = failure;
            return result;
        }
    }
    return result;
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
        const DeliveryResult result = sender.deliver(outgoing, options);
        if (has_accepted_some(result, outgoing.recipients)) sent.push_back(number);
        status = worse(status, report(result, label));
    }
    if (messages.size() > 1 && sent.size() < messages.size())
        net::complain("mailclient", count_of(messages.size() - sent.size(), "message") +
                                        " not sent" +
                                        (sender.is_open() ? "" : ": the session has ended") +
                                        "; sent: " + ranges_text(sent));
    return status;
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

} // namespace mail
