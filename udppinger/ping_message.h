// The lab's message, "Ping 1 1700000000.123456": writes it, parses it, and compares answers with
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace udppinger {

/// The words that messages begin with.
inline constexpr std::string_view ping_word = "Ping";
inline constexpr std::string_view heartbeat_word = "Heartbeat";

/// Writes all messages into one buffer, so that a long message costs only its digits.
class MessageWriter {
public:
    /// Messages begin with `word` and are filled up to `size` bytes with a blank and the alphabet;
    /// a longer text is not cut.
    MessageWriter(std::string_view word, std::size_t size);

    /// "WORD NUMBER TIME": the time in seconds, with microseconds. Valid until the next call.
    [[nodiscard]] std::string_view write(std::uint64_t number, std::chrono::microseconds time);

private:
    std::string buffer_; // the word, then the last text and filling
    std::size_t head_;   // the word's length with its blank
    std::size_t size_;
};

/// A message's parts.
struct PingMessage {
    std::string_view word;
    std::string_view number_text;
    std::string_view time_text;
    std::string_view filling; // with its leading blank
    std::uint64_t number = 0;
    std::optional<std::chrono::microseconds> time{}; // since 1970; nullopt when unreadable
    std::string_view unit{};                         // that the time is written in: "seconds"
};

/// Parses a ping or a heartbeat, ignoring case, a line end and trailing NULs; nothing when the word
/// or the number is missing. The time may be in seconds or, as some languages' clocks have it, in
/// milli-, micro- or nanoseconds, which its size tells. It fits 64 bits of nanoseconds, as does its
/// difference from the current time.
[[nodiscard]] std::optional<PingMessage> parse_message(std::string_view bytes);

/// Whether parse_message() finds a heartbeat, which gets no answer, whatever its time is.
[[nodiscard]] bool is_heartbeat(std::string_view bytes);

/// Removes the trailing NULs that a server with a fixed buffer adds.
[[nodiscard]] std::string_view without_padding(std::string_view bytes);

/// Removes a line end, CR LF or LF, that some servers add.
[[nodiscard]] std::string_view without_line_end(std::string_view text);

/// Whether `reply` is a server's answer to `sent`: the same text except for case, a line end and
/// trailing NULs.
[[nodiscard]] bool answers(std::string_view reply, std::string_view sent);

/// Whether `reply` is such an answer that a server with a small buffer has cut, not before the end
/// of the number.
[[nodiscard]] bool is_cut_answer(std::string_view reply, std::string_view sent);

/// How similar `reply` is to an answer to `sent`, to recognize damaged answers: the share of bytes
/// that agree in the same place, 0 when fewer than 8 can be compared.
[[nodiscard]] double similarity(std::string_view reply, std::string_view sent);

} // namespace udppinger
