// The output for the user: dialogue, explanations, progress bar.
#include "catch.h"

#include "mailclient/progress.h"
#include "mailclient/smtp/line_meaning.h"
#include "mailclient/smtp/transcript.h"

using mail::Detail;
using mail::Speaker;

TEST_CASE("A line of the dialogue has an arrow, and its control characters are escaped",
          "[mailclient]")
{
    const mail::TranscriptStyle plain{.detail = Detail::dialogue, .colour = false};
    CHECK(mail::transcript_line(Speaker::client, "QUIT", plain) == "> QUIT\n");
    CHECK(mail::transcript_line(Speaker::server, "250 \x1b[31mred", plain) ==
          "< 250 \\x1b[31mred\n");
    CHECK(mail::transcript_line(Speaker::program, "hello", plain) == "* hello\n");
    const mail::TranscriptStyle colourful{.detail = Detail::dialogue, .colour = true};
    CHECK_THAT(mail::transcript_line(Speaker::client, "QUIT", colourful),
               Contains("\x1b[36m> QUIT\x1b[0m"));
}

TEST_CASE("Each line of a session is explained with its RFC", "[mailclient]")
{
    for (const char* line : {"EHLO a", "HELO a", "STARTTLS", "AUTH PLAIN ***", "MAIL FROM:<a@b>",
                             "RCPT TO:<a@b>", "DATA", "RSET", "QUIT", "."}) {
        CAPTURE(line);
        CHECK_THAT(mail::explain_command(line), Contains("RFC "));
    }
    CHECK_THAT(mail::explain_command("MAIL FROM:<a@b> SIZE=5 BODY=8BITMIME SMTPUTF8"),
               Contains("RFC 1870") && Contains("RFC 6152") && Contains("RFC 6531"));
    CHECK(mail::explain_command("(5 octets of message)").empty());
    CHECK_THAT(mail::explain_reply_line("250-SIZE 1000", true), Contains("RFC 1870"));
    CHECK_THAT(mail::explain_reply_line("250 STARTTLS", true), Contains("RFC 3207"));
    CHECK(mail::explain_reply_line("250-SIZE is fine").empty());
    CHECK(mail::explain_reply_line("250 HELP is on its way") == "the command succeeded");
    CHECK_THAT(mail::explain_reply_line("354 go"), Contains("one dot"));
    CHECK_THAT(mail::explain_reply_line("550 5.1.1 no"),
               Contains("no such mailbox") && Contains("5.1.1 is about an address"));
    CHECK_THAT(mail::explain_reply_line("459 hm"), Contains("temporary failure"));
    CHECK(mail::explain_reply_line("250-mail.example").empty());
    CHECK(mail::explain_reply_line("").empty());
    CHECK(mail::explain_reply_line("garbage").empty());
}

TEST_CASE("With --explain the meaning is below the line", "[mailclient]")
{
    const mail::TranscriptStyle explained{.detail = Detail::explained, .colour = false};
    CHECK_THAT(mail::transcript_line(Speaker::client, "DATA", explained),
               Contains("> DATA\n      ask to send the message, header"));
}

TEST_CASE("The progress bar shows the part that is sent", "[mailclient]")
{
    CHECK(mail::progress_bar(0, 2'000'000) ==
          "[                              ]   0 %  0 B of 2.0 MB");
    CHECK(mail::progress_bar(1'000'000, 2'000'000) ==
          "[###############               ]  50 %  1.0 MB of 2.0 MB");
    CHECK_THAT(mail::progress_bar(2'000'100, 2'000'000), Contains("] 100 %  2.0 MB of 2.0 MB"));
    CHECK_THAT(mail::progress_bar(0, 0), Contains("100 %"));
}
