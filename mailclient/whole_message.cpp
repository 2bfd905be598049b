#include "mailclient/whole_message.h"

#include <algorithm>
#include <ctime>

#include "common/ascii.h"
#include "common/printable.h"
#include "mailclient/failure.h"
#include "mailclient/header.h"
#include "mailclient/message.h"
#include "mailclient/stamp.h"
#include "mailclient/utf8.h"

namespace mail {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view mbox_mark = "From "; // begins the line before each message of an mbox

/// With its CRLF.
std::string_view first_line(std::string_view text)
{
    const auto end = text.find(line_end);
    return text.substr(0, end == std::string_view::npos ? end : end + line_end.size());
}

bool is_folded(std::string_view line)
{
    return !line.empty() && net::contains(" \t", line.front());
}

/// Empty when the line begins no field (RFC 5322 §2.2).
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
    std::string value(text.substr(text.find(':') + 1));
    for (auto at = value.find(line_end); at != std::string::npos; at = value.find(line_end, at))
        value.erase(at, line_end.size());
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

void check_fit(std::string_view text)
{
    if (const auto problem = unfit(text); !problem.empty())
        throw Failure(Exit::data, "the message cannot be sent as it is: " + problem);
}

/// "Resent-" where the message has been sent before (RFC 5322 §3.6.6), else nothing.
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
    if (!senders.told.empty()) return parse_address(senders.told);
    const std::string prefix = prefix_of(fields);
    for (const std::string_view name : {"Sender", "From"})
        for (const Field& field : fields)
            if (has_name(field, prefix + std::string(name)))
                if (const auto found = parse_addresses(field.value); !found.empty())
                    return found.front();
    if (!senders.otherwise.empty()) return parse_address(senders.otherwise);
    throw Failure(Exit::data, "the message has no From field with an address (say --from ADDR)");
}

/// "To", "Cc" or "Bcc", resent or not.
bool names_recipients(const Field& field, const std::string& prefix)
{
    return has_name(field, prefix + "To") || has_name(field, prefix + "Cc") ||
           has_name(field, prefix + "Bcc");
}

/// With CRLF, and without the line that an mbox has before each message, which is no field.
std::string text_of(std::string_view bytes)
{
    if (bytes.starts_with(mbox_mark))
        bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    std::string text = with_crlf(bytes);
    check_fit(text);
    return text;
}

/// The one that an mbox has behind each message.
void drop_empty_line(std::string& message)
{
    if (message.ends_with("\n\n"))
        message.pop_back();
    else if (message.ends_with("\n\r\n"))
        message.resize(message.size() - line_end.size());
}

bool is_blind(const Field& field)
{
    return has_name(field, "Bcc") || has_name(field, "Resent-Bcc");
}

} // namespace

std::vector<Field> header_fields(std::string_view message)
{
    std::vector<Field> fields;
    while (!message.empty()) {
        std::string_view text = first_line(message);
        const auto name = name_of(text);
        if (name.empty() && text != line_end) fail_at(text, "is no field");
        if (name.empty()) break;
        for (auto next = first_line(message.substr(text.size())); is_folded(next);
             next = first_line(message.substr(text.size())))
            text = message.substr(0, text.size() + next.size());
        if (!is_utf8(text)) fail_at(text, "is not UTF-8"); // RFC 6532 §3.2
        fields.push_back({.name = name, .text = text, .value = unfolded(text)});
        message.remove_prefix(text.size());
    }
    return fields;
}

Letter carried_as_is(std::string_view bytes, const Senders& senders)
{
    std::string text = text_of(bytes);
    const auto fields = header_fields(text);
    if (std::ranges::any_of(fields, is_blind))
        throw Failure(Exit::data, "the message has a Bcc field, which every recipient would see "
                                  "(-t takes it out)");
    Letter letter{.sender = sender_of(fields, senders)};
    letter.text = std::move(text);
    return letter;
}

Letter letter_of(std::string_view bytes, const Senders& senders)
{
    const std::string text = text_of(bytes);
    const auto fields = header_fields(text);
    const std::string prefix = prefix_of(fields);
    Letter letter{.sender = sender_of(fields, senders)};
    std::size_t header_size = 0;
    std::string header;
    for (const Field& field : fields) {
        header_size += field.text.size();
        if (!is_blind(field)) header += field.text;
        if (!names_recipients(field, prefix)) continue;
        const auto mailboxes = parse_addresses(field.value);
        letter.recipients.insert(letter.recipients.end(), mailboxes.begin(), mailboxes.end());
    }
    std::string added;
    if (!has_field(fields, "Date")) added += "Date: " + date_text(std::time(nullptr)) + "\r\n";
    if (!has_field(fields, "From")) added += address_field("From", {letter.sender});
    if (!has_field(fields, "Message-ID"))
        added += "Message-ID: " + message_id(letter.sender.domain) + "\r\n";
    const auto rest = std::string_view(text).substr(header_size);
    letter.text = added + header + (rest.starts_with(line_end) ? "" : "\r\n") + std::string(rest);
    return letter;
}

std::vector<std::string> messages_of_mbox(std::string_view bytes)
{
    std::vector<std::string> messages;
    bool is_behind_empty_line = true;
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
        auto line = bytes.substr(0, end);
        bytes.remove_prefix(end);
        if (line.starts_with(mbox_mark) && is_behind_empty_line) {
            if (!messages.empty()) drop_empty_line(messages.back());
            messages.emplace_back();
            continue;
        }
        is_behind_empty_line = line == "\n" || line == "\r\n";
        if (messages.empty() && !is_behind_empty_line)
            throw Failure(Exit::data,
                          "this is no mbox: its first line does not begin with 'From '");
        if (messages.empty()) continue;
        const auto unquoted = line.substr(std::min(line.find_first_not_of('>'), line.size()));
        if (line.starts_with('>') && unquoted.starts_with(mbox_mark)) line.remove_prefix(1);
        messages.back() += line;
    }
    if (!messages.empty()) drop_empty_line(messages.back());
    return messages;
}

} // namespace mail
