// The lab's message, "Ping 1 1700000000.123456": its writing, and what an answer has to do with it.
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

/// Writes message after message into one buffer, so that a long one costs no more than its digits.
class MessageWriter {
public:
    /// Messages that begin with `word`, filled up to `size` bytes with a blank and the alphabet; a
    /// text that is longer by itself stays as it is.
    MessageWriter(std::string_view word, std::size_t size);

    /// "WORD NUMBER TIME": the time in seconds, with microseconds. Valid until the next one.
    [[nodiscard]] std::string_view write(std::uint64_t number, std::chrono::microseconds time);

private:
    std::string buffer_; // the word, then old text and filling
    std::size_t head_;   // the word's length with its blank
    std::size_t size_;
};

/// A message's parts.
struct Message {
    std::string_view word;
    std::string_view number_text;
    std::string_view time_text;
    std::string_view filling; // with its blank
    std::uint64_t number = 0;
    std::chrono::microseconds time{};
};

/// The parts of a ping or a heartbeat, in any case of letters, trailing NULs aside; nothing when it
/// is neither. Its time fits 64 bits of nanoseconds, as does its difference from today.
[[nodiscard]] std::optional<Message> parse_message(std::string_view bytes);

/// Whether parse_message() finds a heartbeat, which nobody is to answer.
[[nodiscard]] bool is_heartbeat(std::string_view bytes);

/// Without the NULs at the end that a server with a fixed buffer adds.
[[nodiscard]] std::string_view without_padding(std::string_view bytes);

/// Whether `reply` is a server's answer to `sent`: the same text but for the case of letters,
/// trailing NULs, and a cut at 1024 bytes, where the lab's servers have their buffer's end.
[[nodiscard]] bool answers(std::string_view reply, std::string_view sent);

/// How much `reply` looks like an answer to `sent` that was damaged on the way: the share of bytes
/// that are where they should be, 0 when there are too few to tell.
[[nodiscard]] double likeness(std::string_view reply, std::string_view sent);

} // namespace udppinger
