// What an SMTP server says (RFC 5321 §4.2): replies of one line or many, and the extensions that it
// offers in its answer to EHLO.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mail {

/// The first digit decides (RFC 5321 §4.2.1).
enum class Verdict {
    done = 2,
    go_on = 3,
    not_now = 4,
    never = 5,
};

struct Reply {
    int code = 0;
    std::vector<std::string> lines; // each without its code

    [[nodiscard]] Verdict verdict() const { return static_cast<Verdict>(code / 100); }
    [[nodiscard]] bool is_done() const { return verdict() == Verdict::done; }
    /// "550 5.1.1 No such user": all lines in one, made harmless for a terminal.
    [[nodiscard]] std::string text() const;
};

struct ParsedReply {
    enum class Status { incomplete, whole, bad } status = Status::incomplete;
    Reply reply{};
    std::size_t size = 0; // how many bytes a whole one has
};

inline constexpr std::size_t longest_reply_line =
    4096; // RFC 5321 §4.5.3.1.5 wants 512; some need more
inline constexpr std::size_t longest_reply = 65536; // an EHLO of forty extensions has 2,000

/// The reply that `bytes` begin with. Every line has the same three digits, the first of them 2 to
/// 5; all but the last have a hyphen behind them. An LF alone ends a line, too. Incomplete is only
/// what more bytes within the limits above could complete.
[[nodiscard]] ParsedReply parse_reply(std::string_view bytes);

/// What a server offers.
struct Offer {
    bool is_extended = false;          // it knows EHLO
    bool starttls = false;             // RFC 3207
    bool pipelining = false;           // RFC 2920
    bool eight_bit = false;            // RFC 6152
    bool utf8 = false;                 // RFC 6531
    bool takes_size = false;           // RFC 1870
    std::uint64_t most = 0;            // the largest message; 0: it does not say
    std::vector<std::string> logins{}; // mechanisms of AUTH, in capitals (RFC 4954)
};

[[nodiscard]] Offer parse_offer(const Reply& ehlo);

} // namespace mail
