#include "mailclient/outgoing_message.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <unordered_set>

#include "common/program/output.h"
#include "mailclient/failure.h"
#include "mailclient/message/message_id.h"
#include "mailclient/message/message_reader.h"

namespace mail {
namespace {

std::vector<Mailbox> parse_all(const std::vector<std::string>& texts, const std::string& domain)
{
    std::vector<Mailbox> all;
    for (const std::string& text : texts) {
        const auto some = parse_addresses(text, domain);
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

/// The domain of the sender's or the user's address, for addresses without one. Only sendmail
/// completes addresses; otherwise it is empty.
std::string own_domain(const Options& options)
{
    if (!options.sendmail) return {};
    for (const std::string& text : {options.from.value_or(""), users_address()})
        if (const auto at = text.rfind('@'); at != std::string::npos)
            return text.substr(at + 1, text.find_first_of("> (", at) - at - 1);
    return {};
}

/// The sender of the envelope.
Mailbox needed_sender(const Options& options)
{
    if (options.from) return parse_sender(*options.from, own_domain(options));
    const std::string email = users_address();
    if (!email.empty()) return parse_address(email);
    throw Failure(Exit::usage, "no sender is given (use --from ADDR or set $EMAIL)");
}

/// The address of a From field.
Mailbox needed_author(const Options& options, const Mailbox& sender)
{
    Mailbox author = sender;
    if (author.domain.empty() && users_address().empty())
        throw Failure(Exit::usage,
                      "the null sender is no address for a From field (set $EMAIL to one)");
    if (author.domain.empty()) author = parse_address(users_address());
    if (!options.from_name.empty()) author.name = options.from_name;
    return author;
}

Senders senders_for(const Options& options)
{
    return {.preferred = options.from,
            .fallback = users_address(),
            .name = options.from_name,
            .domain = own_domain(options)};
}

/// The messages that `read` passes to its argument line by line.
std::vector<OutgoingMessage> whole_messages(InputFormat format, const Options& options,
                                            const std::function<void(const Sink&)>& read)
{
    const auto more = parse_all(options.recipients, own_domain(options));
    MessageReader reader(format, senders_for(options));
    read([&](std::string_view line) { reader.process(line); });
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
    const bool has_html = !options.html_file.empty();
    if (has_html && ::isatty(STDIN_FILENO) == 1) return std::nullopt;
    std::string text = read_all("-");
    if (text.empty() && has_html) return std::nullopt;
    return text;
}

/// A message with the text `given`, or that of -m, or else of standard input.
OutgoingMessage composed_message(const Options& options, std::optional<std::string> given = {})
{
    const Mailbox sender = needed_sender(options);
    const std::string domain = own_domain(options);
    Draft draft{.from = needed_author(options, sender),
                .to = parse_all(options.recipients, domain),
                .cc = parse_all(options.cc, domain),
                .reply_to = parse_all(options.reply_to, domain),
                .subject = options.subject.value_or(""),
                .in_reply_to = options.in_reply_to ? parse_message_id(*options.in_reply_to) : "",
                .headers = options.headers,
                .date = date_text(std::time(nullptr)),
                .boundary = random_hex(12)};
    const auto more = parse_all(options.to, domain);
    draft.to.insert(draft.to.end(), more.begin(), more.end());
    const auto hidden = parse_all(options.bcc, domain);
    draft.message_id = message_id(draft.from.domain);
    if (draft.reply_to.empty() && !options.reply_to.empty())
        throw Failure(Exit::data, "--reply-to gives no address");

    OutgoingMessage outgoing{.sender = sender, .recipients = draft.to};
    outgoing.recipients.insert(outgoing.recipients.end(), draft.cc.begin(), draft.cc.end());
    outgoing.recipients.insert(outgoing.recipients.end(), hidden.begin(), hidden.end());
    if (outgoing.recipients.empty()) return outgoing; // reported before standard input is read

    for (const std::string& path : options.attachments)
        draft.attachments.emplace_back(path);
    if (!options.html_file.empty()) draft.html = read_all(options.html_file);
    static_cast<void>(compose(draft, {})); // reports bad headers before standard input is read
    draft.text = given ? std::move(given) : read_text(options);
    const auto shared = std::make_shared<const Draft>(std::move(draft));
    outgoing.compose = [shared](Transfer transfer) { return compose(*shared, transfer); };
    return outgoing;
}

/// Without an option that composes a message, standard input is its text, or, as sendmail takes it,
/// a whole message if it begins with a header.
std::vector<OutgoingMessage> message_on_input(const Options& options)
{
    static_cast<void>(parse_all(options.recipients, own_domain(options))); // reports bad ones first
    std::string text = read_all("-");
    if (!begins_with_header(text)) return {composed_message(options, std::move(text))};
    if (!options.quiet)
        net::complain("mailclient", "standard input begins with a header: it is sent as a whole "
                                    "message (-s SUBJECT sends it as text)");
    return whole_messages(InputFormat::submission, options,
                          [&](const Sink& take) { for_each_line(text, take); });
}

/// The format of standard input, if it is no text.
std::optional<InputFormat> format_of(const Options& options)
{
    if (options.raw) return InputFormat::raw;
    if (options.whole) return InputFormat::submission;
    if (options.recipients_from_header) return InputFormat::sendmail;
    if (options.mbox) return InputFormat::mbox;
    return std::nullopt;
}

std::vector<OutgoingMessage> unchecked_messages(const Options& options)
{
    if (const auto format = format_of(options))
        return whole_messages(*format, options, [](const Sink& take) { read_lines("-", take); });
    if (composes(options) || options.recipients.empty()) return {composed_message(options)};
    return message_on_input(options);
}

std::vector<Mailbox> without_duplicates(std::vector<Mailbox> mailboxes)
{
    std::unordered_set<std::string> known;
    std::erase_if(mailboxes, [&](const Mailbox& each) { return !known.insert(spec(each)).second; });
    return mailboxes;
}

} // namespace

std::vector<OutgoingMessage> read_messages(const Options& options)
{
    auto messages = unchecked_messages(options);
    for (OutgoingMessage& outgoing : messages) {
        outgoing.recipients = without_duplicates(std::move(outgoing.recipients));
        if (outgoing.recipients.empty())
            throw Failure(Exit::usage,
                          options.recipients_from_header
                              ? "no recipient is given: the header has no To, Cc or Bcc with one"
                              : "no recipient is given (usage: mailclient [options] RECIPIENT...)");
    }
    return messages;
}

Envelope envelope_of(const OutgoingMessage& outgoing, const std::vector<Mailbox>& recipients)
{
    Envelope envelope{.sender = spec(outgoing.sender), .recipients = {}, .needs_utf8 = false};
    const auto is_utf8 = [](const Mailbox& each) { return needs_utf8(each); };
    envelope.needs_utf8 = is_utf8(outgoing.sender) || std::ranges::any_of(recipients, is_utf8);
    std::ranges::transform(recipients, std::back_inserter(envelope.recipients), spec);
    return envelope;
}

} // namespace mail
