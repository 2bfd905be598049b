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
    {"EHLO", "hello, I am that host and speak the extended protocol: what do you offer? (RFC 5321 "
             "§4.1.1.1)"},
    {"HELO",
     "hello in the protocol of 1982, for servers that do not know EHLO (RFC 5321 §4.1.1.1)"},
    {"STARTTLS", "let us go on in private: after your 220 all is encrypted (RFC 3207 §4)"},
    {"AUTH", "I want to log in by this mechanism; what follows is secret (RFC 4954 §4)"},
    {"MAIL", "here begins a message from that sender, to whom failures are reported: the envelope, "
             "not the header (RFC 5321 §4.1.1.2)"},
    {"RCPT", "it is for this recipient; one command for each (RFC 5321 §4.1.1.3)"},
    {"DATA", "now comes the message itself, header and body (RFC 5321 §4.1.1.4)"},
    {"RSET", "forget the message that was begun (RFC 5321 §4.1.1.5)"},
    {"QUIT", "goodbye (RFC 5321 §4.1.1.10)"},
    {".", "a line with one dot alone: the message ends here; a line of it that begins with a dot "
          "got another (RFC 5321 §4.5.2)"},
    {"***", "an answer to the server's question; secret (RFC 4954 §4)"},
});

constexpr auto parameters = std::to_array<Meaning>({
    {"SIZE=", "SIZE: so many octets, to be refused now if that is too much (RFC 1870)"},
    {"BODY=8BITMIME", "BODY=8BITMIME: it has bytes above 127 (RFC 6152)"},
    {"SMTPUTF8", "SMTPUTF8: an address is not ASCII (RFC 6531)"},
});

constexpr auto extensions = std::to_array<Meaning>({
    {"SIZE", "the largest message it takes, in octets (RFC 1870)"},
    {"PIPELINING", "several commands may be sent at once (RFC 2920)"},
    {"8BITMIME", "messages may have bytes above 127 (RFC 6152)"},
    {"SMTPUTF8", "addresses may be UTF-8 (RFC 6531)"},
    {"STARTTLS", "the dialogue can become private (RFC 3207)"},
    {"AUTH", "one can log in, by these mechanisms (RFC 4954)"},
    {"ENHANCEDSTATUSCODES", "replies have a second, finer number such as 5.1.1 (RFC 2034)"},
    {"DSN", "one can ask to be told of the delivery (RFC 3461)"},
    {"CHUNKING", "a message can be sent with its length instead of a last dot (RFC 3030)"},
    {"VRFY", "one can ask whether an address exists (RFC 5321 §4.1.1.6)"},
    {"ETRN", "one can ask for mail that waits here (RFC 1985)"},
    {"HELP", "it explains its commands (RFC 5321 §4.1.1.8)"},
});

constexpr auto codes = std::to_array<Meaning>({
    {"220", "it is ready (RFC 5321 §4.2.3)"},
    {"221", "it closes the connection, as asked"},
    {"235", "logged in (RFC 4954 §6)"},
    {"250", "done"},
    {"251", "done: it will forward it elsewhere (RFC 5321 §3.4)"},
    {"252", "it cannot tell whether the address exists, but takes the message"},
    {"334", "it asks, in base64, and waits for our answer (RFC 4954 §4)"},
    {"354", "send the message now, and end it with a line that is one dot (RFC 5321 §4.3.2)"},
    {"421", "it has to close now; try again later (RFC 5321 §3.8)"},
    {"432", "the password must be changed first (RFC 4954 §4.7.12)"},
    {"450", "the mailbox is busy or the server wants to see whether we come back (greylisting)"},
    {"451", "an error on its side; try again later"},
    {"452", "it is short of room; try again later"},
    {"454", "not at the moment; try again later (RFC 3207 §4, RFC 4954 §6)"},
    {"455", "it cannot do that with these parameters now"},
    {"500", "it does not know this command"},
    {"501", "it does not like the command's arguments"},
    {"502", "it knows the command and does not do it"},
    {"503", "not in this order"},
    {"504", "it does not do that with this parameter"},
    {"530", "log in first, or start TLS first (RFC 4954 §6, RFC 3207 §4)"},
    {"534", "this mechanism is too weak for it (RFC 4954 §6)"},
    {"535", "wrong user or password, or not this kind of password (RFC 4954 §6)"},
    {"538", "TLS first (RFC 4954 §6)"},
    {"550", "no such mailbox, or it does not want this for reasons of its own"},
    {"551", "the user is not here"},
    {"552", "too large, or the mailbox is full (RFC 5321 §4.2.5)"},
    {"553", "that is no mailbox it could deliver to"},
    {"554", "no: the words behind it say why"},
    {"555", "it does not know a parameter of MAIL or RCPT"},
    {"556", "that domain takes no mail (RFC 7504)"},
});

constexpr auto details = std::to_array<Meaning>({
    {"1.", "about an address"},
    {"2.", "about the mailbox"},
    {"3.", "about the mail system"},
    {"4.", "about the network or the route"},
    {"5.", "about the protocol"},
    {"6.", "about the message's content"},
    {"7.", "about security or policy"},
});

constexpr std::string_view classes[] = {"done", "go on: it waits for more",
                                        "not now, later perhaps", "no, for good"};

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
    return find(details, word.substr(2, 2));
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

std::string explain_reply_line(std::string_view line)
{
    constexpr std::size_t behind_code = 4;
    const bool has_words = line.size() > behind_code;
    const auto words = has_words ? line.substr(behind_code) : std::string_view();
    if (line.starts_with("250"))
        if (const auto extension = find(extensions, first_word(words)); !extension.empty())
            return "it offers: " + std::string(extension);
    if (line.size() >= behind_code && line[3] == '-') return {}; // only the last is explained
    std::string text(find(codes, line.substr(0, 3)));
    if (text.empty() && !line.empty() && line[0] >= '2' && line[0] <= '5')
        text = classes[line[0] - '2'];
    if (const auto detail = enhanced_meaning(first_word(words)); !detail.empty())
        text +=
            "; " + std::string(first_word(words)) + " is " + std::string(detail) + " (RFC 3463)";
    return text;
}

} // namespace mail
