// The heads of requests and answers on standard error, as they cross the wire.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// Which way a head goes; the arrows are those of curl -v.
enum class Direction {
    request, // >
    answer,  // <
};

struct TranscriptStyle {
    enum class Detail { none, heads, explained } detail = Detail::none;
    bool colour = false;
};

/// A head with an arrow before each line and, if wanted, what each line means below it. Nothing the
/// peer sent can command a terminal or pass for another line.
[[nodiscard]] std::string transcript_of(std::string_view head, Direction direction,
                                        TranscriptStyle style);

/// For a server, whose clients must not wait for who looks on.
inline constexpr std::chrono::milliseconds onlookers_patience{200};

class Transcript {
public:
    /// In colour where standard error is a terminal and NO_COLOR is not set (no-color.org). Who
    /// reads there and has stalled is waited for that long, once, or for ever; then heads are lost
    /// until he goes on, which he is told.
    explicit Transcript(TranscriptStyle::Detail detail,
                        std::optional<std::chrono::milliseconds> patience = {});

    [[nodiscard]] bool is_on() const { return style_.detail != TranscriptStyle::Detail::none; }
    /// Writes a head, below a line that says whose it is ("from 192.0.2.1:80") and above `notes` of
    /// ours about it, at once, so that those of several connections do not mix. A head that is
    /// malformed may end anywhere.
    void write(std::string_view whose, Direction direction, std::string_view head,
               const std::vector<std::string>& notes = {}) const;

private:
    TranscriptStyle style_;
    std::optional<std::chrono::milliseconds> patience_;
    mutable std::mutex mutex_;           // held by who writes
    mutable bool reader_stalls_ = false; // the last text was lost, or its end
};

} // namespace http
