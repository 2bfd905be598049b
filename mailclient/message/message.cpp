#include "mailclient/message/message.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/media_type.h"
#include "common/text/utf8.h"
#include "mailclient/message/header.h"
#include "mailclient/message/quoted_printable.h"

namespace mail {
namespace {

/// A text part: its header fields and its body.
std::string text_part(std::string_view type, std::string_view given, Transfer transfer)
{
    std::string text = with_crlf(given);
    const bool is_plain_ascii = net::is_ascii(text);
    const std::string_view charset = is_plain_ascii       ? "us-ascii"
                                     : net::is_utf8(text) ? "utf-8"
                                                          : "unknown-8bit"; // RFC 1428 §3
    const bool is_unencoded = text_problem(text).empty() && (is_plain_ascii || transfer.eight_bit);
    const std::string_view encoding = !is_unencoded    ? "quoted-printable"
                                      : is_plain_ascii ? "7bit"
                                                       : "8bit";
    if (!is_unencoded) text = quoted_printable(text);
    text.insert(0, "Content-Type: " + std::string(type) + "; charset=" + std::string(charset) +
                       "\r\nContent-Transfer-Encoding: " + std::string(encoding) + "\r\n\r\n");
    return text; // one copy of a text that may be large
}

/// The header of a multipart. `text` is its first parts; if it is not ASCII, the multipart must be
/// marked 8bit, too (RFC 2045 §6.4).
std::string multipart_head(std::string_view kind, const std::string& boundary,
                           std::string_view text)
{
    return "Content-Type: multipart/" + std::string(kind) + ";\r\n boundary=\"" + boundary +
           (net::is_ascii(text) ? "\"\r\n\r\n" : "\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
}

std::string delimiter(const std::string& boundary, bool is_last = false)
{
    return "\r\n--" + boundary + (is_last ? "--\r\n" : "\r\n");
}

/// The text, the HTML, or both as alternatives, the preferred one last (RFC 2046 §5.1.4).
std::string body_part(const Draft& draft, Transfer transfer)
{
    const std::string_view text = draft.text ? std::string_view(*draft.text) : "";
    if (!draft.html) return text_part("text/plain", text, transfer);
    if (!draft.text) return text_part("text/html", *draft.html, transfer);
    const std::string boundary = "=_alternative_" + draft.boundary;
    const std::string parts = delimiter(boundary) + text_part("text/plain", text, transfer) +
                              delimiter(boundary) + text_part("text/html", *draft.html, transfer) +
                              delimiter(boundary, true);
    return multipart_head("alternative", boundary, parts) + parts;
}

std::string attachment_head(const Attachment& attachment)
{
    const auto type = net::media_type(attachment.name());
    const bool is_text = type.starts_with("text/") && attachment.is_utf8();
    return "Content-Type: " + std::string(type) + (is_text ? "; charset=utf-8" : "") +
           "\r\nContent-Transfer-Encoding: base64\r\n" +
           parameter_field("Content-Disposition", "attachment", "filename", attachment.name()) +
           "\r\n";
}

std::string header_of(const Draft& draft)
{
    std::string header = "Date: " + draft.date + "\r\n" + address_field("From", {draft.from});
    if (!draft.to.empty()) header += address_field("To", draft.to);
    if (!draft.cc.empty()) header += address_field("Cc", draft.cc);
    if (!draft.reply_to.empty()) header += address_field("Reply-To", draft.reply_to);
    if (!draft.subject.empty()) header += text_field("Subject", draft.subject);
    header += "Message-ID: " + draft.message_id + "\r\n";
    if (!draft.in_reply_to.empty()) header += "In-Reply-To: " + draft.in_reply_to + "\r\n";
    const bool has_references = std::ranges::any_of(draft.headers, [](const std::string& field) {
        return net::to_lower(field).starts_with("references:");
    });
    if (!draft.in_reply_to.empty() && !has_references) // RFC 5322 §3.6.4
        header += "References: " + draft.in_reply_to + "\r\n";
    for (const std::string& field : draft.headers)
        header += additional_field(field);
    return header + "MIME-Version: 1.0\r\n";
}

} // namespace

void Message::add(std::string text)
{
    if (pieces_.empty()) {
        const auto end = text.starts_with("\r\n") ? 0 : text.find("\r\n\r\n");
        has_utf8_header_ = !net::is_ascii(std::string_view(text).substr(0, end));
    }
    is_8bit_ = is_8bit_ || !net::is_ascii(text);
    const std::uint64_t size = text.size();
    pieces_.push_back({size, [text = std::move(text)](const Sink& sink) { sink(text); }});
}

void Message::add(const Attachment& attachment)
{
    pieces_.push_back({net::base64_lines_size(attachment.size()),
                       [attachment](const Sink& sink) { attachment.write_base64(sink); }});
}

void Message::add(const SpoolRange& passage)
{
    is_8bit_ = is_8bit_ || passage.is_8bit;
    pieces_.push_back({passage.size, [passage](const Sink& sink) { passage.write(sink); }});
}

std::uint64_t Message::size() const
{
    std::uint64_t size = 0;
    for (const Piece& piece : pieces_)
        size += piece.size;
    return size;
}

void Message::write(const Sink& sink) const
{
    for (const Piece& piece : pieces_)
        piece.write(sink);
}

Message compose(const Draft& draft, Transfer transfer)
{
    Message message;
    const std::string header = header_of(draft);
    if (draft.attachments.empty()) {
        std::string whole = body_part(draft, transfer);
        whole.insert(0, header);
        message.add(std::move(whole));
        return message;
    }
    const std::string boundary = "=_mixed_" + draft.boundary;
    const std::string body = body_part(draft, transfer);
    message.add(header + multipart_head("mixed", boundary, body) + delimiter(boundary) + body);
    for (const Attachment& attachment : draft.attachments) {
        message.add(delimiter(boundary) + attachment_head(attachment));
        message.add(attachment);
    }
    message.add(delimiter(boundary, true));
    return message;
}

std::string with_crlf(std::string_view text)
{
    std::string lines;
    lines.reserve(text.size() + text.size() / 32 + 2);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        const bool is_ended = end < text.size();
        text.remove_prefix(is_ended ? end + 1 : end);
        if (is_ended && line.ends_with('\r')) line.remove_suffix(1);
        lines.append(line).append("\r\n");
    }
    return lines;
}

std::string line_problem(std::string_view line)
{
    if (line.size() > longest_line) return "is longer than 998 octets";
    if (net::contains(line, '\0')) return "contains a NUL";
    if (net::contains(line, '\r')) return "contains a CR without LF";
    if (net::contains(line, '\n')) return "contains an LF without CR";
    return {};
}

std::string text_problem(std::string_view text)
{
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find("\r\n"), text.size());
        const std::string problem = line_problem(text.substr(0, end));
        if (!problem.empty()) return "line " + std::to_string(number) + " " + problem;
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return {};
}

} // namespace mail
