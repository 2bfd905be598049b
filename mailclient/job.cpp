#include "mailclient/job.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "mailclient/failure.h"
#include "mailclient/stamp.h"
#include "mailclient/whole_message.h"

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

Job whole_job(Letter letter)
{
    const auto text = std::make_shared<const std::string>(std::move(letter.text));
    return {.sender = letter.sender, .recipients = letter.recipients, .compose = [text](Transfer) {
                return Message(*text);
            }};
}

Job job_from_header(const std::string& bytes, const Options& options)
{
    Letter letter = letter_of(bytes, senders_for(options));
    const auto more = parse_all(options.recipients);
    letter.recipients.insert(letter.recipients.end(), more.begin(), more.end());
    return whole_job(std::move(letter));
}

Job raw_job(const Options& options)
{
    Letter letter = carried_as_is(read_all("-"), senders_for(options));
    letter.recipients = parse_all(options.recipients);
    return whole_job(std::move(letter));
}

/// One of an mbox; what is wrong names it by its number.
Job numbered_job(const std::string& bytes, std::size_t number, const Options& options)
try {
    Job job = job_from_header(bytes, options);
    if (job.recipients.empty()) throw Failure(Exit::data, "its header names no recipients");
    return job;
} catch (const Failure& failure) {
    throw Failure(failure.status(), "message " + std::to_string(number) + ": " + failure.what());
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
    if (options.raw) return {raw_job(options)};
    if (options.recipients_from_header) return {job_from_header(read_all("-"), options)};
    if (!options.mbox) return {draft_job(options)};
    std::vector<Job> jobs;
    for (const std::string& message : messages_of_mbox(read_all("-")))
        jobs.push_back(numbered_job(message, jobs.size() + 1, options));
    return jobs;
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
