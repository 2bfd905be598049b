// Parses complete messages written by other programs and prepares them for sending.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailclient/message/address.h"
#include "mailclient/message/spool.h"

namespace mail {

struct Field {
    std::string_view name;
    std::string_view text; // the whole field, with its folds and its CRLF
    std::string value;     // unfolded, without blanks at the ends
};

/// The header fields; the header ends at an empty line or with the message (RFC 5322 §2.1). The
/// fields refer to `message`. Throws Failure (Exit::data) for a line that is no field, which could
/// hide a Bcc, and for one that is not UTF-8.
[[nodiscard]] std::vector<Field> header_fields(std::string_view message);

/// A complete message with its sender and recipients.
struct ParsedMessage {
    Mailbox sender{};
    std::vector<Mailbox> recipients{};
    std::string header{}; // with CRLF, as is the body
    SpoolRange body{};
};

/// The header of a text begins at its start and ends at an empty line: fields only, one of which
/// every mail program writes, such as From, Subject or Date.
[[nodiscard]] bool begins_with_header(std::string_view text);

/// Sender addresses from outside the message.
struct Senders {
    std::optional<std::string> preferred{}; // overrides the header; "" or "<>": the null sender
    std::string fallback{};                 // used when the header names no sender; may be empty
    std::string name{};                     // of the sender in a From field to add; may be empty
    std::string domain{};                   // of addresses without one; empty: an error
};

/// The format of complete messages and their processing.
enum class InputFormat {
    /// Sent unchanged; recipients are not read from the header. A Bcc field is an error, because
    /// every recipient would see it.
    raw,
    /// As sendmail without -t: Bcc is removed; missing Date, Message-ID and From are added. When
    /// the first line is no field, the message has no header yet. Recipients are not read from it.
    submission,
    /// As sendmail -t: recipients from To, Cc and Bcc, or from the Resent- fields if there are any.
    /// Otherwise as submission, but the header must be there.
    sendmail,
    /// As sendmail, for several messages. A line "From SENDER DATE" begins each one (RFC 4155),
    /// with
    /// or without an empty line before it; when the first one has no date, "From " behind an empty
    /// line does. The > that quotes such a line in a text is removed (mboxrd).
    mbox,
};

/// Builds complete messages from their lines: headers in memory, bodies in a spool. A "From " line
/// before a message is dropped. The sender comes from the Sender field, which names the agent
/// responsible for the transmission (RFC 5322 §3.6.2), else from From. All functions throw Failure
/// (Exit::data) for a message that cannot be sent.
class MessageReader {
public:
    MessageReader(InputFormat format, Senders senders);

    /// Processes the next line, with its end.
    void process(std::string_view line);
    /// Returns the messages after the last line.
    [[nodiscard]] std::vector<ParsedMessage> finish();

private:
    void process_line(std::string_view line);
    void process_body_line(std::string_view line);
    void end_header();
    void end_message();
    [[nodiscard]] bool begins_body(std::string_view line) const;
    [[nodiscard]] bool begins_message(std::string_view line);
    [[nodiscard]] std::string error_prefix() const;

    InputFormat format_;
    Senders senders_;
    std::shared_ptr<Spool> spool_ = std::make_shared<Spool>();
    std::vector<ParsedMessage> messages_{};

    bool has_dates_ = false;           // mbox only: in the lines that begin messages
    bool is_behind_empty_line_ = true; // mbox only
    // State of the current message:
    std::string header_{};
    bool is_in_header_ = true;
    bool has_pending_empty_line_ = false; // mbox: held back; the last one only separates messages
    std::size_t lines_ = 0;
};

} // namespace mail
