// A message that somebody else has written: header fields found in it, made fit for the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mailclient/address.h"

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
    std::string text{}; // with CRLF
};

/// Who sends a whole message, besides what it says itself: addresses, or nothing.
struct Senders {
    std::string told{};      // whatever the message says
    std::string otherwise{}; // when it does not say
};

/// The bytes with CRLF, without the "From " line of an mbox, else as they are; no recipients. The
/// message itself names its sender in Sender, where there is one, for that is who answers for its
/// transmission (RFC 5322 §3.6.2), else in From. Throws Failure (Exit::data) for what cannot be
/// carried, and for a Bcc field, which would be seen by everybody.
[[nodiscard]] Letter carried_as_is(std::string_view bytes, const Senders& senders);

/// In sendmail's manner: recipients from To, Cc and Bcc, the sender as above (from the Resent- ones
/// where there are such); Bcc is taken out; Date, Message-ID and From are added where they are
/// missing.
[[nodiscard]] Letter letter_of(std::string_view bytes, const Senders& senders);

/// The messages of an mbox: each begins with a line "From ..."; lines of the texts that begin so
/// had a > put before them, which is taken away (mboxrd).
[[nodiscard]] std::vector<std::string> messages_of_mbox(std::string_view bytes);

} // namespace mail
