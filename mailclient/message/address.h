// Mail addresses as people write them and as headers have them (RFC 5322 §3.4), and as the envelope
// wants them (RFC 5321 §4.1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mail {

/// "Ada Lovelace <ada@example.org>" in its parts, without quotes and comments.
struct Mailbox {
    std::string name; // UTF-8 as it was given; empty when there is none
    std::string local;
    std::string domain; // "example.org", or a literal with its brackets: "[192.0.2.1]"

    friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// The addresses of a list with commas; those of groups are taken out of them, comments and routes
/// are passed over. A line break or another control character is never part of one. Throws Failure
/// (Exit::data) with the text and what is wrong about it.
[[nodiscard]] std::vector<Mailbox> parse_addresses(std::string_view text);

/// Exactly one address.
[[nodiscard]] Mailbox parse_address(std::string_view text);

/// "ada@example.org", the local part in quotes where it must be.
[[nodiscard]] std::string spec(const Mailbox& mailbox);

/// It is not ASCII, so that only a server with SMTPUTF8 (RFC 6531) can carry it.
[[nodiscard]] bool needs_utf8(const Mailbox& mailbox);

/// `text` as it is where it consists of atoms with dots between them, else in quotes.
[[nodiscard]] std::string quoted_unless_atoms(std::string_view text);

} // namespace mail
