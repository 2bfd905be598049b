// Composes the message to send from the user's input: header, texts, attachments (RFC 5322, RFC
// 2045 to 2049).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailclient/message/address.h"
#include "mailclient/message/attachment.h"
#include "mailclient/message/spool.h"

namespace mail {

/// A message with CRLF line ends, no line above 998 octets, not dot-stuffed yet. Attachments and
/// passages are read from their files only when they are written.
class Message {
public:
    Message() = default;
    explicit Message(std::string text) { add(std::move(text)); }

    /// The first piece must contain the whole header.
    void add(std::string text);
    void add(const Attachment& attachment);
    void add(const SpoolRange& passage);

    [[nodiscard]] std::uint64_t size() const;
    /// Whether some byte is above 127, which needs 8BITMIME (RFC 6152).
    [[nodiscard]] bool is_8bit() const { return is_8bit_; }
    /// Whether the header is not ASCII, which needs SMTPUTF8 (RFC 6531 §3.4).
    [[nodiscard]] bool has_utf8_header() const { return has_utf8_header_; }
    /// Throws what `sink` throws, and Failure when a file cannot be read.
    void write(const Sink& sink) const;

private:
    struct Piece {
        std::uint64_t size;
        std::function<void(const Sink&)> write;
    };
    std::vector<Piece> pieces_;
    bool is_8bit_ = false;
    bool has_utf8_header_ = false;
};

/// The input of compose().
struct Draft {
    Mailbox from{};
    std::vector<Mailbox> to{};
    std::vector<Mailbox> cc{};
    std::vector<Mailbox> reply_to{};
    std::string subject{};
    std::string in_reply_to{};          // a Message-ID with its < and >, or empty
    std::vector<std::string> headers{}; // more fields, each "Name: value"
    std::optional<std::string> text{};
    std::optional<std::string> html{};
    std::vector<Attachment> attachments{};
    std::string date{};       // the current date, RFC 5322 §3.3
    std::string message_id{}; // with its < and >
    std::string boundary{};   // random; the delimiters of the parts contain it
};

/// The capabilities of the server.
struct Transfer {
    bool eight_bit = false; // 8BITMIME
};

/// Composes a message. Text in lines of at most 998 octets stays as it is if the server can carry
/// it, else it becomes quoted-printable. Text and HTML become a multipart/alternative. Throws
/// Failure (Exit::data) for text that a header cannot contain.
[[nodiscard]] Message compose(const Draft& draft, Transfer transfer);

/// Ends every line with CRLF, the last one too. A CR without LF stays.
[[nodiscard]] std::string with_crlf(std::string_view text);

inline constexpr std::size_t longest_line = 998; // RFC 5322 §2.1.1, without CRLF

/// The reason why a message cannot be sent unencoded (NUL, a bare CR or LF, a line that is too
/// long), or an empty string.
[[nodiscard]] std::string text_problem(std::string_view text_with_crlf);
/// The same for one line without its CRLF.
[[nodiscard]] std::string line_problem(std::string_view line);

} // namespace mail
