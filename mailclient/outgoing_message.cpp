#include "mailclient/outgoing_message.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "mailclient/failure.h"
#include "mailclient/message/message_id.h"
#include "mailclient/message/message_reader.h"

namespace mail {
namespace {

std::vector<Mailbox> parse_all(const std::vector<std::string>& texts)
{
    std::vector<Mailbox> all;
    for (const std::string& text : texts) {
        const auto some = parse_addresses(text);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// $EMAIL; empty when it is not set.
std::string users_address()
{
    const char* email = std::getenv("EMAIL");
    return email == nullptr ? "" : email;
}

Mailbox needed_sender(const Options& options)
{
    const std::string text = options.from.empty() ? users_address() : options.from;
    if (!text.empty()) return parse_address(text);
    throw Failure(Exit::usage, "no sender is given (use --from ADDR or set $EMAIL)");
}

Senders senders_for(const Options& options)
{
    return {.preferred = options.from, .fallback = users_address()};
}

/// The messages on standard input.
std::vector<OutgoingMessage> whole_messages(InputFormat format, const Options& options)
{
    MessageReader reader(format, senders_for(options));
    read_lines("-", [&](std::string_view line) { reader.process(line); });
    const auto more = parse_all(options.recipients);
    std::vector<OutgoingMessage> messages;
    for (ParsedMessage& parsed : reader.finish()) {
        parsed.recipients.insert(parsed.recipients.end(), more.begin(), more.end());
        if (parsed.recipients.empty() && format == InputFormat::mbox)
            throw Failure(Exit::data, "message " + std::to_string(messages.size() + 1) +
                                          ": the header has no recipients");
        Message message(std::move(parsed.header));
        message.add(parsed.body);
        messages.push_back({.sender = parsed.sender,
                            .recipients = parsed.recipients,
                            .compose = [message](Transfer) { return message; }});
    }
    return messages;
}

/// The text of -m, or else of standard input; nothing when that is empty and there is HTML.
std::optional<std::string> read_text(const Options& options)
{
    if (options.text) return options.text;
    std::string text = read_all("-");
    if (text.empty() && !options.html_file.empty()) return std::nullopt;
    return text;
}

OutgoingMessage message_from_options(const Options& options)
{
    Draft draft{.from = needed_sender(options),
                .to = parse_all(options.recipients),
                .cc = parse_all(options.cc),
                .subject = options.subject,
                .date = date_text(std::time(nullptr)),
                .boundary = random_hex(12)};
    const auto more = parse_all(options.to);
    draft.to.insert(draft.to.end(), more.begin(), more.end());
    const auto hidden = parse_all(options.bcc);
    draft.message_id = message_id(draft.from.domain);

    OutgoingMessage outgoing{.sender = draft.from, .recipients = draft.to};
    outgoing.recipients.insert(outgoing.recipients.end(), draft.cc.begin(), draft.cc.end());
    outgoing.recipients.insert(outgoing.recipients.end(), hidden.begin(), hidden.end());
    if (outgoing.recipients.empty()) return outgoing; // reported before standard input is read

    for (const std::string& path : options.attachments)
        draft.attachments.emplace_back(path);
    if (!options.html_file.empty()) draft.html = read_all(options.html_file);
    static_cast<void>(compose(draft, {})); // reports bad headers before standard input is read
    draft.text = read_text(options);
    outgoing.compose = [draft](Transfer transfer) { return compose(draft, transfer); };
    return outgoing;
}

std::vector<OutgoingMessage> unchecked_messages(const Options& options)
{
    if (options.raw) return whole_messages(InputFormat::raw, options);
    if (options.recipients_from_header) return whole_messages(InputFormat::sendmail, options);
    if (options.mbox) return whole_messages(InputFormat::mbox, options);
    return {message_from_options(options)};
}

} // namespace

std::vector<OutgoingMessage> read_messages(const Options& options)
{
    auto messages = unchecked_messages(options);
    for (const OutgoingMessage& outgoing : messages)
        if (outgoing.recipients.empty())
            throw Failure(Exit::usage,
                          "no recipient is given (usage: mailclient [options] RECIPIENT...)");
    return messages;
}

Envelope envelope_of(const OutgoingMessage& outgoing, const std::vector<Mailbox>& recipients)
{
    Envelope envelope{.sender = spec(outgoing.sender), .recipients = {}, .needs_utf8 = false};
    const auto is_utf8 = [](const Mailbox& each) { return needs_utf8(each); };
    envelope.needs_utf8 = is_utf8(outgoing.sender) || std::ranges::any_of(recipients, is_utf8);
    for (const Mailbox& recipient : recipients) {
        const std::string address = spec(recipient);
        if (std::ranges::find(envelope.recipients, address) == envelope.recipients.end())
            envelope.recipients.push_back(address);
    }
    return envelope;
}

} // namespace mail
