#include "mailclient/smtp/line_meaning.h"

#include <algorithm>
#include <array>
#include <span>

#include "common/text/ascii.h"

namespace mail {
namespace {

struct Meaning {
    std::string_view word;
    std::string_view text;
};

constexpr auto command_meanings = std::to_array<Meaning>({
    {"EHLO", "the client gives its host name and asks for the server's extensions (RFC 5321 "
             "§4.1.1.1)"},
    {"HELO", "the client gives its host name to a server without EHLO (RFC 5321 §4.1.1.1)"},
    {"STARTTLS", "start TLS: the session is encrypted after the server's 220 (RFC 3207 §4)"},
    {"AUTH", "log in by this mechanism; the credentials are not shown (RFC 4954 §4)"},
    {"MAIL", "start a message; failures are reported to this address, the envelope's sender, not "
             "to the one in the header (RFC 5321 §4.1.1.2)"},
    {"RCPT", "add this recipient; each one has a command of its own (RFC 5321 §4.1.1.3)"},
    {"DATA", "ask to send the message, header and body (RFC 5321 §4.1.1.4)"},
    {"RSET", "cancel the current message (RFC 5321 §4.1.1.5)"},
    {"QUIT", "end the session (RFC 5321 §4.1.1.10)"},
    {".", "a line with one dot ends the message; a dot that begins another line of the message is "
          "doubled (RFC 5321 §4.5.2)"},
    {"***", "the response to the server's challenge; it is not shown (RFC 4954 §4)"},
});

constexpr auto parameters = std::to_array<Meaning>({
    {"SIZE=", "SIZE: the message's size in octets, for an early refusal (RFC 1870)"},
    {"BODY=8BITMIME", "BODY=8BITMIME: the message has bytes above 127 (RFC 6152)"},
    {"SMTPUTF8", "SMTPUTF8: an address or the header is not ASCII (RFC 6531)"},
});

constexpr auto extensions = std::to_array<Meaning>({
    {"SIZE", "the largest message that the server accepts, in octets (RFC 1870)"},
    {"PIPELINING", "the client may send several commands at once (RFC 2920)"},
    {"8BITMIME", "messages may have bytes above 127 (RFC 6152)"},
    {"SMTPUTF8", "addresses and headers may be UTF-8 (RFC 6531)"},
    {"STARTTLS", "the client can start TLS (RFC 3207)"},
    {"AUTH", "the client can log in, by these mechanisms (RFC 4954)"},
    {"ENHANCEDSTATUSCODES", "replies have a second, finer code such as 5.1.1 (RFC 2034)"},
    {"DSN", "the client can request a report of the delivery (RFC 3461)"},
    {"CHUNKING", "the client can send a message by its length, without a final dot (RFC 3030)"},
    {"VRFY", "the client can ask whether an address exists (RFC 5321 §4.1.1.6)"},
    {"ETRN", "the client can request the mail that waits for it (RFC 1985)"},
    {"HELP", "the server explains its commands (RFC 5321 §4.1.1.8)"},
});

constexpr auto codes = std::to_array<Meaning>({
    {"220", "the server is ready (RFC 5321 §4.2.3)"},
    {"221", "the server closes the connection, as requested"},
    {"235", "the login succeeded (RFC 4954 §6)"},
    {"250", "the command succeeded"},
    {"251", "accepted: the server forwards the message to another address (RFC 5321 §3.4)"},
    {"252", "accepted, but the server does not verify the address"},
    {"334", "a challenge in base64: the server waits for the response (RFC 4954 §4)"},
    {"354", "the server waits for the message, which ends with a line that is one dot (RFC 5321 "
            "§4.3.2)"},
    {"421", "the server closes the connection; try again later (RFC 5321 §3.8)"},
    {"432", "the user must change the password first (RFC 4954 §4.7.12)"},
    {"450", "the mailbox is busy, or the server defers unknown clients (greylisting); try again "
            "later"},
    {"451", "an error in the server; try again later"},
    {"452", "too many recipients, or too little storage in the server; try again later"},
    {"454", "temporarily not available; try again later (RFC 3207 §4, RFC 4954 §6)"},
    {"455", "the server cannot process these parameters now"},
    {"500", "the server does not know the command"},
    {"501", "the command's arguments are wrong"},
    {"502", "the server does not implement the command"},
    {"503", "the command is not allowed at this stage"},
    {"504", "the server does not implement this parameter of the command"},
    {"530", "a login or TLS is required first (RFC 4954 §6, RFC 3207 §4)"},
    {"534", "the mechanism is too weak for the server (RFC 4954 §6)"},
    {"535", "wrong user or password, or a password of the wrong kind (RFC 4954 §6)"},
    {"538", "TLS is required first (RFC 4954 §6)"},
    {"550", "no such mailbox, or the server's policy forbids the message"},
    {"551", "the user is not on this server"},
    {"552", "the message is too large, or the mailbox is full (RFC 5321 §4.2.5)"},
    {"553", "the mailbox name is not allowed"},
    {"554", "the transaction failed; the text gives the reason"},
    {"555", "the server does not know a parameter of MAIL or RCPT"},
    {"556", "the domain accepts no mail (RFC 7504)"},
});

constexpr auto subjects = std::to_array<Meaning>({
    {"1.", "about an address"},
    {"2.", "about the mailbox"},
    {"3.", "about the mail system"},
    {"4.", "about the network or the route"},
    {"5.", "about the protocol"},
    {"6.", "about the message's content"},
    {"7.", "about security or policy"},
});

constexpr std::string_view classes[] = {"success", "the server waits for more",
                                        "a temporary failure; try again later",
                                        "a permanent failure"};

std::string_view find(std::span<const Meaning> table, std::string_view word)
{
    const auto found = std::ranges::find_if(
        table, [&](const Meaning& each) { return net::equal_ignoring_case(each.word, word); });
    return found == table.end() ? std::string_view() : found->text;
}

std::string_view first_word(std::string_view text)
{
    return text.substr(0, std::min(text.find_first_of(" ="), text.size()));
}

/// "5.1.1" -> "about an address" (RFC 3463).
std::string_view enhanced_meaning(std::string_view word)
{
    const bool is_enhanced = word.size() >= 5 && word[1] == '.' && word.find('.', 2) < 6;
    if (!is_enhanced) return {};
    return find(subjects, word.substr(2, 2));
}

} // namespace

std::string explain_command(std::string_view line)
{
    std::string text(find(command_meanings, first_word(line)));
    for (const Meaning& parameter : parameters)
        if (line.find(" " + std::string(parameter.word)) != std::string_view::npos)
            text += "; " + std::string(parameter.text);
    return text;
}

std::string explain_reply_line(std::string_view line, bool is_offer)
{
    constexpr std::size_t behind_code = 4;
    const bool has_words = line.size() > behind_code;
    const auto words = has_words ? line.substr(behind_code) : std::string_view();
    if (is_offer && line.starts_with("250"))
        if (const auto extension = find(extensions, first_word(words)); !extension.empty())
            return "extension: " + std::string(extension);
    if (line.size() >= behind_code && line[3] == '-') return {}; // the last line gives the meaning
    std::string text(find(codes, line.substr(0, 3)));
    if (text.empty() && !line.empty() && line[0] >= '2' && line[0] <= '5')
        text = classes[line[0] - '2'];
    if (const auto subject = enhanced_meaning(first_word(words)); !subject.empty())
        text +=
            "; " + std::string(first_word(words)) + " is " + std::string(subject) + " (RFC 3463)";
    return text;
}

} // namespace mail
