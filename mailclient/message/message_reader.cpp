#include "mailclient/message/message_reader.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "common/text/ascii.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"
#include "mailclient/message/header.h"
#include "mailclient/message/message.h"
#include "mailclient/message/message_id.h"

namespace mail {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view mbox_mark = "From "; // begins the line before each message of an mbox

bool is_number_of(std::string_view text, std::size_t fewest, std::size_t most)
{
    return text.size() >= fewest && text.size() <= most && std::ranges::all_of(text, net::is_digit);
}

/// "10:00" or "10:00:59".
bool is_time(std::string_view text)
{
    const auto parts = net::split(text, ':');
    return (parts.size() == 2 || parts.size() == 3) &&
           std::ranges::all_of(parts, [](auto part) { return is_number_of(part, 2, 2); });
}

bool is_month(std::string_view text)
{
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::size_t length = 3;
    const auto place = names.find(text);
    return text.size() == length && place != std::string_view::npos && place % length == 0;
}

/// Whether a line begins a message of an mbox: "From ", a sender, and a date as asctime(3) writes
/// it, with or without seconds and a time zone (RFC 4155, appendix A). Any other line that begins
/// with "From " is text.
bool is_separator(std::string_view line)
{
    if (!line.starts_with(mbox_mark)) return false;
    auto words = net::split(net::trim(line.substr(0, line.find_first_of("\r\n"))), ' ');
    std::erase(words, std::string_view());
    const auto time = std::ranges::find_if(words, is_time);
    if (time - words.begin() < 4 || time == words.end()) return false; // From, sender, month, day
    constexpr std::ptrdiff_t zone = 2;                                 // "MET DST"
    const auto year_end = time + std::min(words.end() - time, 2 + zone);
    return is_number_of(time[-1], 1, 2) && is_month(time[-2]) &&
           std::any_of(time + 1, year_end, [](auto word) { return is_number_of(word, 4, 4); });
}

/// The first line with its CRLF.
std::string_view first_line(std::string_view text)
{
    const auto end = text.find(line_end);
    return text.substr(0, end == std::string_view::npos ? end : end + line_end.size());
}

bool is_folded(std::string_view line)
{
    return !line.empty() && net::contains(" \t", line.front());
}

/// The field name; empty when the line does not begin a field (RFC 5322 §2.2).
std::string_view name_of(std::string_view line)
{
    const auto name = net::trim(line.substr(0, line.find(':')));
    const auto is_good = [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x7f; };
    const bool is_field = line.find(':') != std::string_view::npos && !is_folded(line) &&
                          std::ranges::all_of(name, is_good);
    return is_field ? name : std::string_view();
}

std::string unfolded(std::string_view text)
{
    std::string value;
    for (auto left = text.substr(text.find(':') + 1); !left.empty();) {
        const auto line = first_line(left);
        value += line.ends_with(line_end) ? line.substr(0, line.size() - line_end.size()) : line;
        left.remove_prefix(line.size());
    }
    return std::string(net::trim(value));
}

[[noreturn]] void fail_at(std::string_view text, const std::string& why)
{
    throw Failure(Exit::data, "the message's header has a line that " + why + ": '" +
                                  net::printable_line(text.substr(0, text.find(line_end))) + "'");
}

bool has_name(const Field& field, std::string_view name)
{
    return net::equal_ignoring_case(field.name, name);
}

bool has_field(const std::vector<Field>& fields, std::string_view name)
{
    return std::ranges::any_of(fields, [&](const Field& field) { return has_name(field, name); });
}

/// "Resent-" for a message that was resent (RFC 5322 §3.6.6), else empty.
std::string prefix_of(const std::vector<Field>& fields)
{
    constexpr std::string_view resent = "Resent-";
    const auto is_resent = [&](const Field& field) {
        return net::equal_ignoring_case(field.name.substr(0, resent.size()), resent);
    };
    return std::string(std::ranges::any_of(fields, is_resent) ? resent : "");
}

Mailbox sender_of(const std::vector<Field>& fields, const Senders& senders)
{
    if (senders.preferred) return parse_sender(*senders.preferred, senders.domain);
    const std::string prefix = prefix_of(fields);
    for (const std::string_view name : {"Sender", "From"})
        for (const Field& field : fields)
            if (has_name(field, prefix + std::string(name)))
                if (const auto found = parse_addresses(field.value, senders.domain); !found.empty())
                    return found.front();
    if (!senders.fallback.empty()) return parse_address(senders.fallback);
    throw Failure(Exit::data, "the message has no From field with an address (use --from ADDR)");
}

/// The author for a From field; the null sender is none.
Mailbox author_of(const Mailbox& sender, const Senders& senders)
{
    if (sender.domain.empty() && senders.fallback.empty())
        throw Failure(Exit::data, "the message has no From field, which a null sender cannot give");
    Mailbox author = sender.domain.empty() ? parse_address(senders.fallback) : sender;
    if (!senders.name.empty()) author.name = senders.name;
    return author;
}

/// Whether the field is To, Cc or Bcc, with `prefix`.
bool names_recipients(const Field& field, const std::string& prefix)
{
    return has_name(field, prefix + "To") || has_name(field, prefix + "Cc") ||
           has_name(field, prefix + "Bcc");
}

std::string_view without_end(std::string_view line)
{
    if (!line.ends_with('\n')) return line;
    line.remove_suffix(line.ends_with(line_end) ? line_end.size() : 1);
    return line;
}

bool is_blind(const Field& field)
{
    return has_name(field, "Bcc") || has_name(field, "Resent-Bcc");
}

ParsedMessage raw_message(std::string header, const Senders& senders)
{
    const auto fields = header_fields(header);
    if (std::ranges::any_of(fields, is_blind))
        throw Failure(Exit::data, "the message has a Bcc field, which every recipient would see "
                                  "(-t removes it)");
    ParsedMessage parsed{.sender = sender_of(fields, senders)};
    parsed.header = std::move(header);
    return parsed;
}

/// The message to send, with the empty line after the header; its body is still missing.
ParsedMessage parsed_message(std::string_view given, const Senders& senders, bool has_recipients)
{
    const auto fields = header_fields(given);
    const std::string prefix = prefix_of(fields);
    ParsedMessage parsed{.sender = sender_of(fields, senders)};
    std::string kept;
    for (const Field& field : fields) {
        if (!is_blind(field)) kept += field.text;
        if (!has_recipients || !names_recipients(field, prefix)) continue;
        const auto mailboxes = parse_addresses(field.value, senders.domain);
        parsed.recipients.insert(parsed.recipients.end(), mailboxes.begin(), mailboxes.end());
    }
    std::string added;
    if (!has_field(fields, "Date")) added += "Date: " + date_text(std::time(nullptr)) + "\r\n";
    if (!has_field(fields, "From"))
        added += address_field("From", {author_of(parsed.sender, senders)});
    if (!has_field(fields, "Message-ID"))
        added += "Message-ID: " + message_id(parsed.sender.domain) + "\r\n";
    kept += line_end;
    parsed.header = added + kept; // exact size: an mbox may hold many headers
    return parsed;
}

} // namespace

bool begins_with_header(std::string_view text)
{
    constexpr auto usual = std::to_array<std::string_view>(
        {"From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version", "Received",
         "Return-Path", "Reply-To", "Sender", "Content-Type"});
    bool has_usual = false;
    for (bool is_first = true; !text.empty(); is_first = false) {
        const auto whole = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        const auto line = without_end(whole);
        if (line.empty()) return has_usual;
        const auto name = name_of(line);
        const bool is_mark = is_first && line.starts_with(mbox_mark);
        if (name.empty() && !is_mark && (is_first || !is_folded(line))) return false;
        const auto is_name = [&](auto each) { return net::equal_ignoring_case(each, name); };
        has_usual = has_usual || std::ranges::any_of(usual, is_name);
        text.remove_prefix(whole.size());
    }
    return false;
}

std::vector<Field> header_fields(std::string_view message)
{
    std::vector<Field> fields;
    while (!message.empty()) {
        std::string_view text = first_line(message);
        const auto name = name_of(text);
        if (name.empty() && text != line_end) fail_at(text, "is not a field");
        if (name.empty()) break;
        for (auto next = first_line(message.substr(text.size())); is_folded(next);
             next = first_line(message.substr(text.size())))
            text = message.substr(0, text.size() + next.size());
        if (!net::is_utf8(text)) fail_at(text, "is not UTF-8"); // RFC 6532 §3.2
        fields.push_back({.name = name, .text = text, .value = unfolded(text)});
        message.remove_prefix(text.size());
    }
    return fields;
}

MessageReader::MessageReader(InputFormat format, Senders senders)
    : format_(format), senders_(std::move(senders))
{
    if (format_ != InputFormat::mbox) messages_.emplace_back();
}

void MessageReader::process(std::string_view line)
{
    if (format_ != InputFormat::mbox) return process_line(line);
    if (begins_message(line)) {
        end_message();
        messages_.emplace_back();
        return;
    }
    is_behind_empty_line_ = without_end(line).empty();
    if (messages_.empty() && !is_behind_empty_line_)
        throw Failure(Exit::data,
                      "the input is not an mbox: its first line does not begin with 'From '");
    if (messages_.empty()) return;
    const auto unquoted = line.substr(std::min(line.find_first_not_of('>'), line.size()));
    if (line.starts_with('>') && unquoted.starts_with(mbox_mark)) line.remove_prefix(1);
    process_line(line);
}

/// The first line decides for the whole mbox: if it has a date, so have the others; else, as some
/// programs write it, a "From " behind an empty line is enough.
bool MessageReader::begins_message(std::string_view line)
{
    if (messages_.empty()) has_dates_ = is_separator(line);
    return has_dates_ ? is_separator(line) : line.starts_with(mbox_mark) && is_behind_empty_line_;
}

void MessageReader::process_line(std::string_view line)
{
    if (++lines_ == 1 && line.starts_with(mbox_mark)) return;
    line = without_end(line);
    if (const auto problem = line_problem(line); !problem.empty())
        throw Failure(Exit::data, error_prefix() + "the message cannot be sent as it is: line " +
                                      std::to_string(lines_) + " " + problem);
    if (is_in_header_ && begins_body(line)) {
        header_ = line_end;
        end_header();
    }
    if (!is_in_header_) return process_body_line(line);
    header_.append(line).append(line_end);
    if (line.empty()) end_header();
}

/// A first line that is no field: the message has no header.
bool MessageReader::begins_body(std::string_view line) const
{
    return format_ == InputFormat::submission && header_.empty() && !line.empty() &&
           name_of(line).empty();
}

void MessageReader::process_body_line(std::string_view line)
{
    SpoolRange& body = messages_.back().body;
    body.is_8bit = body.is_8bit || !net::is_ascii(line);
    if (has_pending_empty_line_) spool_->write(line_end);
    has_pending_empty_line_ = format_ == InputFormat::mbox && line.empty();
    if (has_pending_empty_line_) return;
    spool_->write(line);
    spool_->write(line_end);
}

void MessageReader::end_header()
try {
    is_in_header_ = false;
    messages_.back() = format_ == InputFormat::raw
                           ? raw_message(header_, senders_)
                           : parsed_message(header_, senders_, format_ != InputFormat::submission);
    messages_.back().body = {.spool = spool_, .begin = spool_->size()};
    header_.clear();
} catch (const Failure& failure) {
    throw Failure(failure.status(), error_prefix() + failure.what());
}

void MessageReader::end_message()
{
    if (messages_.empty()) return;
    if (is_in_header_) end_header();
    SpoolRange& body = messages_.back().body;
    body.size = spool_->size() - body.begin;
    is_in_header_ = true;
    has_pending_empty_line_ = false;
    lines_ = 0;
}

std::vector<ParsedMessage> MessageReader::finish()
{
    end_message();
    return std::move(messages_);
}

/// The number of the current message of an mbox, for errors; else empty.
std::string MessageReader::error_prefix() const
{
    return format_ == InputFormat::mbox ? "message " + std::to_string(messages_.size()) + ": " : "";
}

} // namespace mail
