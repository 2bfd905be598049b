// Shows the dialogue with the server on standard error. The caller replaces secrets beforehand.
#pragma once

#include <string>
#include <string_view>

#include "mailclient/smtp/reply.h"

namespace mail {

enum class Detail {
    none,
    dialogue,  // -v
    explained, // --explain: with the meaning of each line
};

/// The source of a line.
enum class Speaker { client, server, program };

struct TranscriptStyle {
    Detail detail = Detail::none;
    bool colour = false;
};

/// "> EHLO a", "< 250 b", "* connected"; with Detail::explained the meaning on the line below.
/// Terminal control sequences in `line` are made harmless. `is_offer` is for explain_reply_line().
[[nodiscard]] std::string transcript_line(Speaker speaker, std::string_view line,
                                          TranscriptStyle style, bool is_offer = false);

class Transcript {
public:
    /// In colour if standard error is a terminal and NO_COLOR is not set (no-color.org).
    explicit Transcript(Detail detail);

    void sent(std::string_view line) const { write(Speaker::client, line); }
    /// `is_offer` for the reply to EHLO.
    void received(const Reply& reply, bool is_offer = false) const;
    /// An event outside the dialogue.
    void note(std::string_view text) const { write(Speaker::program, text); }

private:
    void write(Speaker speaker, std::string_view line, bool is_offer = false) const;

    TranscriptStyle style_;
};

} // namespace mail
