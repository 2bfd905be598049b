// The heads of requests and answers on standard error, as they cross the wire.
#pragma once

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

class Transcript {
public:
    /// In colour where standard error is a terminal and NO_COLOR is not set (no-color.org).
    explicit Transcript(TranscriptStyle::Detail detail);

    [[nodiscard]] bool is_on() const { return style_.detail != TranscriptStyle::Detail::none; }
    /// Writes a head, below a line that says whose it is ("from 192.0.2.1:80") and above `notes` of
    /// ours about it, at once, so that those of several connections do not mix. A head that is
    /// malformed may end anywhere.
    void write(std::string_view whose, Direction direction, std::string_view head,
               const std::vector<std::string>& notes = {}) const;

private:
    TranscriptStyle style_;
};

} // namespace http
