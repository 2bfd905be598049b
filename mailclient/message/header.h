// Header fields as they go over the wire: any text in ASCII (RFC 2047, RFC 2231), folded to 78
// columns (RFC 5322 §2.2.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mailclient/message/address.h"

namespace mail {

/// "Subject: ...\r\n" for words that people read. Throws Failure (Exit::data) when `text` has a
/// control character but tabs in it, or is not UTF-8.
[[nodiscard]] std::string text_field(std::string_view name, std::string_view text);

/// "To: ...\r\n": names in ASCII; addresses as they are, with SMTPUTF8 also those that are not.
[[nodiscard]] std::string address_field(std::string_view name,
                                        const std::vector<Mailbox>& mailboxes);

/// "Content-Disposition: attachment; filename=...\r\n", the value in ASCII whatever it is.
[[nodiscard]] std::string parameter_field(std::string_view name, std::string_view value,
                                          std::string_view parameter, std::string_view argument);

} // namespace mail
