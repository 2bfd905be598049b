// Parses mail addresses as header fields have them (RFC 5322 §3.4) and formats them for the
// envelope (RFC 5321 §4.1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mail {

/// The parts of "Ada Lovelace <ada@example.org>", without quotes and comments.
struct Mailbox {
    std::string name; // UTF-8, not encoded; empty when there is none
    std::string local;
    std::string domain; // "example.org", or a literal with its brackets: "[192.0.2.1]"

    friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// Parses a comma-separated list of addresses. Groups are flattened; comments and routes are
/// skipped. An address without a domain gets `domain`, and is an error if that is empty. Control
/// characters other than tab, line breaks among them, are errors. Throws Failure (Exit::data) with
/// the text and the reason.
[[nodiscard]] std::vector<Mailbox> parse_addresses(std::string_view text,
                                                   std::string_view domain = {});

/// Parses exactly one address. Throws Failure (Exit::data) for none or several.
[[nodiscard]] Mailbox parse_address(std::string_view text, std::string_view domain = {});

/// The sender of an envelope: one address, or the null sender "" or "<>" (RFC 5321 §4.5.5), which
/// is an empty Mailbox. Throws like parse_address().
[[nodiscard]] Mailbox parse_sender(std::string_view text, std::string_view domain = {});

/// "ada@example.org"; the local part is quoted if it is no dot-atom. Empty for the null sender.
[[nodiscard]] std::string spec(const Mailbox& mailbox);

/// Whether the address is not ASCII and needs a server with SMTPUTF8 (RFC 6531).
[[nodiscard]] bool needs_utf8(const Mailbox& mailbox);

/// `text` unchanged if it is a dot-atom (RFC 5322 §3.2.3), else as a quoted string.
[[nodiscard]] std::string quoted_unless_atoms(std::string_view text);

} // namespace mail
