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

/// The fields of the header. What is no field ends the header, an empty line or not.
[[nodiscard]] std::vector<Field> header_fields(std::string_view message);

/// A whole message and whom it concerns.
struct Letter {
    Mailbox sender{};
    std::vector<Mailbox> recipients{};
    std::string text{}; // with CRLF
};

/// The bytes with CRLF, else as they are. Throws Failure (Exit::data) for what cannot be carried,
/// and for a Bcc field, which would be seen by everybody.
[[nodiscard]] std::string carried_as_is(std::string_view bytes);

/// The address in the From field (in Sender where that names several). Throws Failure (Exit::data).
[[nodiscard]] Mailbox sender_in(std::string_view message);

/// In sendmail's manner: recipients from To, Cc and Bcc (of the Resent- ones where there are such);
/// Bcc is taken out; Date, Message-ID and From are added where they are missing. `sender` is for
/// the envelope and, when there is no From, for that; nothing: the one in From.
[[nodiscard]] Letter letter_of(std::string_view bytes, const Mailbox* sender);

/// The messages of an mbox: each begins with a line "From ..."; lines of the texts that begin so
/// had a > put before them, which is taken away (mboxrd).
[[nodiscard]] std::vector<std::string> messages_of_mbox(std::string_view bytes);

} // namespace mail
