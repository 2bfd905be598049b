// A message that somebody else has written: header fields found in it, made fit for the wire.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mailclient/message/address.h"
#include "mailclient/message/spool.h"

namespace mail {

struct Field {
    std::string_view name;
    std::string_view text; // the whole field as it stands, with its folds and its CRLF
    std::string value;     // unfolded, without blanks at the ends
};

/// The fields of the header, which ends at an empty line or with the message (RFC 5322 §2.1).
/// Throws Failure (Exit::data) for a line that is no field: a Bcc could hide behind it; and for one
/// that is not UTF-8.
[[nodiscard]] std::vector<Field> header_fields(std::string_view message);

/// A whole message and whom it concerns.
struct Letter {
    Mailbox sender{};
    std::vector<Mailbox> recipients{};
    std::string header{}; // with CRLF, as is the body
    Passage body{};
};

/// Who sends a whole message, besides what it says itself: addresses, or nothing.
struct Senders {
    std::string told{};      // whatever the message says
    std::string otherwise{}; // when it does not say
};

/// How whole messages come in and what is done to them.
enum class Manner {
    /// As it is: no recipients. A Bcc field, which would be seen by everybody, is an error.
    raw,
    /// In sendmail's: recipients from To, Cc and Bcc (the Resent- ones where there are such); Bcc
    /// is taken out; Date, Message-ID and From are added where they are missing.
    sendmail,
    /// The same, and many: each begins with a line "From ..."; lines of the texts that begin so had
    /// a > put before them, which is taken away (mboxrd).
    mbox,
};

/// Puts whole messages together from their lines: headers in memory, bodies in a spool. The "From "
/// line of an mbox before a message is dropped. The message itself names its sender in Sender,
/// where there is one, for that is who answers for its transmission (RFC 5322 §3.6.2), else in
/// From. All throw Failure (Exit::data) for what cannot be carried.
class LetterReader {
public:
    LetterReader(Manner manner, Senders senders);

    /// The next line, with its end.
    void take(std::string_view line);
    /// The messages, when there are no more lines.
    [[nodiscard]] std::vector<Letter> finish();

private:
    void take_text(std::string_view line);
    void take_body(std::string_view line);
    void end_header();
    void end_letter();
    [[nodiscard]] std::string which() const;

    Manner manner_;
    Senders senders_;
    std::shared_ptr<Spool> spool_ = std::make_shared<Spool>();
    std::vector<Letter> letters_{};

    bool is_behind_empty_line_ = true; // in an mbox
    // Of the last letter:
    std::string header_{};
    bool is_in_header_ = true;
    bool owes_empty_line_ = false; // an mbox has one behind each message, which is none of its own
    std::size_t lines_ = 0;
};

} // namespace mail
