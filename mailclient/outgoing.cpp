#include "mailclient/outgoing.h"

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

/// Empty when it is not set.
std::string users_address()
{
    const char* email = std::getenv("EMAIL");
    return email == nullptr ? "" : email;
}

Mailbox needed_sender(const Options& options)
{
    const std::string text = options.from.empty() ? users_address() : options.from;
    if (!text.empty()) return parse_address(text);
    throw Failure(Exit::usage, "say who sends it: --from ADDR (or set $EMAIL)");
}

Senders senders_for(const Options& options)
{
    return {.told = options.from, .otherwise = users_address()};
}

/// Those on standard input.
std::vector<Job> whole_jobs(Manner manner, const Options& options)
{
    LetterReader reader(manner, senders_for(options));
    read_lines("-", [&](std::string_view line) { reader.take(line); });
    const auto more = parse_all(options.recipients);
    std::vector<Job> jobs;
    for (Letter& letter : reader.finish()) {
        letter.recipients.insert(letter.recipients.end(), more.begin(), more.end());
        if (letter.recipients.empty() && manner == Manner::mbox)
            throw Failure(Exit::data, "message " + std::to_string(jobs.size() + 1) +
                                          ": its header names no recipients");
        Message message(std::move(letter.header));
        message.add(letter.body);
        jobs.push_back({.sender = letter.sender,
                        .recipients = letter.recipients,
                        .compose = [message](Transfer) { return message; }});
    }
    return jobs;
}

/// Standard input, unless -m was given or nothing but HTML is there.
std::optional<std::string> read_text(const Options& options)
{
    if (options.text) return options.text;
    std::string text = read_all("-");
    if (text.empty() && !options.html_file.empty()) return std::nullopt;
    return text;
}

Job draft_job(const Options& options)
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

    Job job{.sender = draft.from, .recipients = draft.to};
    job.recipients.insert(job.recipients.end(), draft.cc.begin(), draft.cc.end());
    job.recipients.insert(job.recipients.end(), hidden.begin(), hidden.end());
    if (job.recipients.empty()) return job; // told before standard input is waited for

    for (const std::string& path : options.attachments)
        draft.attachments.emplace_back(path);
    if (!options.html_file.empty()) draft.html = read_all(options.html_file);
    static_cast<void>(compose(draft, {})); // what no header can have is told now
    draft.text = read_text(options);
    job.compose = [draft](Transfer transfer) { return compose(draft, transfer); };
    return job;
}

std::vector<Job> read_all_jobs(const Options& options)
{
    if (options.raw) return whole_jobs(Manner::raw, options);
    if (options.recipients_from_header) return whole_jobs(Manner::sendmail, options);
    if (options.mbox) return whole_jobs(Manner::mbox, options);
    return {draft_job(options)};
}

} // namespace

std::vector<Job> read_jobs(const Options& options)
{
    auto jobs = read_all_jobs(options);
    for (const Job& job : jobs)
        if (job.recipients.empty())
            throw Failure(Exit::usage, "say who gets it: mailclient [options] RECIPIENT...");
    return jobs;
}

Envelope envelope_of(const Job& job, const std::vector<Mailbox>& recipients)
{
    Envelope envelope{.sender = spec(job.sender), .recipients = {}, .needs_utf8 = false};
    const auto is_utf8 = [](const Mailbox& each) { return needs_utf8(each); };
    envelope.needs_utf8 = is_utf8(job.sender) || std::ranges::any_of(recipients, is_utf8);
    for (const Mailbox& recipient : recipients) {
        const std::string address = spec(recipient);
        if (std::ranges::find(envelope.recipients, address) == envelope.recipients.end())
            envelope.recipients.push_back(address);
    }
    return envelope;
}

} // namespace mail
