// A message as it goes over the wire, put together from what the user gave: header, texts,
// attachments (RFC 5322, RFC 2045 to 2049).
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

/// Lines with CRLF, none above 998 octets, dots not doubled yet. Attachments and passages stay
/// files until they are written.
class Message {
public:
    Message() = default;
    explicit Message(std::string text) { add(std::move(text)); }

    /// The first piece has the whole header.
    void add(std::string text);
    void add(const Attachment& attachment);
    void add(const Passage& passage);

    [[nodiscard]] std::uint64_t size() const;
    /// Some byte of it is above 127: it needs 8BITMIME (RFC 6152).
    [[nodiscard]] bool is_8bit() const { return is_8bit_; }
    /// Its header is not ASCII: it needs SMTPUTF8 (RFC 6531 §3.4).
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

/// What the user gave.
struct Draft {
    Mailbox from{};
    std::vector<Mailbox> to{};
    std::vector<Mailbox> cc{};
    std::string subject{};
    std::optional<std::string> text{};
    std::optional<std::string> html{};
    std::vector<Attachment> attachments{};
    std::string date{};       // of now
    std::string message_id{}; // with its < and >
    std::string boundary{};   // random; parts are divided by lines made from it
};

/// What the server can carry.
struct Transfer {
    bool eight_bit = false; // 8BITMIME
};

/// Text in lines of 998 octets at most stays as it is where the server lets it, else it is
/// quoted-printable. Text and HTML are alternatives of each other. Throws Failure (Exit::data) for
/// what no header can have.
[[nodiscard]] Message compose(const Draft& draft, Transfer transfer);

/// With CRLF at the end of each line, the last one too. A CR that stands alone stays.
[[nodiscard]] std::string with_crlf(std::string_view text);

inline constexpr std::size_t longest_line = 998; // RFC 5322 §2.1.1, without CRLF

/// Nothing, or why a message cannot go over the wire as it is: NUL, a CR or LF alone, a line that
/// is too long.
[[nodiscard]] std::string unfit(std::string_view text_with_crlf);
/// The same for one line, without its end.
[[nodiscard]] std::string unfit_line(std::string_view line);

} // namespace mail
