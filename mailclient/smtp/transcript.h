// The dialogue with the server on standard error, as it crosses the wire; secrets are replaced
// before they get here.
#pragma once

#include <string>
#include <string_view>

#include "mailclient/smtp/reply.h"

namespace mail {

enum class Detail {
    none,
    dialogue,  // -v
    explained, // --explain: and what each line means
};

/// Who says something.
enum class Speaker { client, server, program };

struct TranscriptStyle {
    Detail detail = Detail::none;
    bool colour = false;
};

/// "> EHLO a", "< 250 b", "* connected"; if wanted, what it means on the lines below. Nothing in
/// `line` can command a terminal.
[[nodiscard]] std::string transcript_line(Speaker speaker, std::string_view line,
                                          TranscriptStyle style);

class Transcript {
public:
    /// In colour where standard error is a terminal and NO_COLOR is not set (no-color.org).
    explicit Transcript(Detail detail);

    void sent(std::string_view line) const { write(Speaker::client, line); }
    void received(const Reply& reply) const;
    /// What happened otherwise.
    void note(std::string_view text) const { write(Speaker::program, text); }

private:
    void write(Speaker speaker, std::string_view line) const;

    TranscriptStyle style_;
};

} // namespace mail
