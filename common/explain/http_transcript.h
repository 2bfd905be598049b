// Prints the heads of requests and responses to standard error as they are sent and received.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The direction of a head; the arrows are those of curl -v.
enum class Direction {
    request,  // >
    response, // <
};

struct TranscriptStyle {
    enum class Detail { none, heads, explained } detail = Detail::none;
    bool colour = false;
};

/// A head with an arrow before each line and, for Detail::explained, each line's meaning below it.
/// Control characters are escaped: the peer's text cannot control the terminal or forge a line.
[[nodiscard]] std::string transcript_of(std::string_view head, Direction direction,
                                        TranscriptStyle style);

/// Time-out for a server, whose clients must not wait for a reader of the transcript.
inline constexpr std::chrono::milliseconds transcript_timeout{200};

class Transcript {
public:
    /// In colour if standard error is a terminal and NO_COLOR is not set (no-color.org). A write to
    /// a stalled reader waits for `timeout`, without it for ever. After a time-out, heads are
    /// dropped without waiting until the reader continues; a line then marks the gap.
    explicit Transcript(TranscriptStyle::Detail detail,
                        std::optional<std::chrono::milliseconds> timeout = {});

    [[nodiscard]] bool is_on() const { return style_.detail != TranscriptStyle::Detail::none; }
    /// Writes the line `whose` ("from 192.0.2.1:80"), the head and our `notes` on it as one text,
    /// so that the heads of several connections do not mix. A malformed head may end anywhere.
    void write(std::string_view whose, Direction direction, std::string_view head,
               const std::vector<std::string>& notes = {}) const;

private:
    TranscriptStyle style_;
    std::optional<std::chrono::milliseconds> timeout_;
    mutable std::mutex mutex_;           // held while writing
    mutable bool reader_stalls_ = false; // the last text was lost or cut off
};

} // namespace http
