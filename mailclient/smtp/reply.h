// SMTP replies (RFC 5321 §4.2) of one or several lines, and the extensions in the reply to EHLO.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mail {

/// The first digit of the reply code (RFC 5321 §4.2.1).
enum class ReplyClass {
    success = 2,      // positive completion
    intermediate = 3, // positive intermediate: the server waits for more
    transient_failure = 4,
    permanent_failure = 5,
};

struct Reply {
    int code = 0;
    std::vector<std::string> lines; // each without its code

    [[nodiscard]] ReplyClass reply_class() const { return static_cast<ReplyClass>(code / 100); }
    [[nodiscard]] bool is_success() const { return reply_class() == ReplyClass::success; }
    /// "550 5.1.1 No such user": all lines joined, safe to print on a terminal.
    [[nodiscard]] std::string text() const;
};

/// Whether a refused RCPT means that the transaction has too many recipients, so that the rest
/// needs another one (RFC 5321 §4.5.3.1.10): 452, or 552 of older servers, without an enhanced code
/// for another cause (RFC 3463). To the first recipient it cannot mean that.
[[nodiscard]] bool is_too_many_recipients(const Reply& reply);

struct ParsedReply {
    enum class Status { incomplete, complete, bad } status = Status::incomplete;
    Reply reply{};
    std::size_t size = 0; // bytes of a complete reply
};

inline constexpr std::size_t longest_reply_line =
    4096; // RFC 5321 §4.5.3.1.5: 512; some servers send more
inline constexpr std::size_t longest_reply = 65536; // 40 extensions of EHLO have 2,000

/// Parses the reply at the start of `bytes`. Every line has the same three digits, the first of
/// them 2 to 5; a hyphen follows them in all lines but the last. A bare LF ends a line, too.
/// `incomplete` means that more bytes within the limits above may complete the reply.
[[nodiscard]] ParsedReply parse_reply(std::string_view bytes);

/// The extensions that a server offers.
struct Offer {
    bool is_extended = false;          // the server knows EHLO
    bool starttls = false;             // RFC 3207
    bool pipelining = false;           // RFC 2920
    bool eight_bit = false;            // RFC 6152
    bool utf8 = false;                 // RFC 6531
    bool supports_size = false;        // RFC 1870
    std::uint64_t most = 0;            // the largest message in octets; 0: not stated
    std::vector<std::string> logins{}; // AUTH mechanisms, in capitals (RFC 4954)
};

[[nodiscard]] Offer parse_offer(const Reply& ehlo);

} // namespace mail
