// Formats header fields: any text encoded in ASCII (RFC 2047, RFC 2231), folded to 78 columns (RFC
// 5322 §2.2.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mailclient/message/address.h"

namespace mail {

/// "Subject: ...\r\n" for unstructured text. Throws Failure (Exit::data) when `text` has a control
/// character other than tab, or is not UTF-8.
[[nodiscard]] std::string text_field(std::string_view name, std::string_view text);

/// "To: ...\r\n". Names are encoded in ASCII. Addresses are not; beyond ASCII they need SMTPUTF8.
/// Throws like text_field().
[[nodiscard]] std::string address_field(std::string_view name,
                                        const std::vector<Mailbox>& mailboxes);

/// The field "Name: value" of a user, folded. Its value stays as it is if it is ASCII, else it is
/// encoded as in text_field(). Throws Failure (Exit::data) when `field` is none (RFC 5322 §3.6.8),
/// cannot be folded to lines of 998 octets, or is one that another option, this program or a
/// server writes; and like text_field().
[[nodiscard]] std::string additional_field(std::string_view field);

/// "Content-Disposition: attachment; filename=...\r\n"; `argument` is encoded in ASCII (RFC 2231)
/// where necessary. Throws like text_field().
[[nodiscard]] std::string parameter_field(std::string_view name, std::string_view value,
                                          std::string_view parameter, std::string_view argument);

} // namespace mail
