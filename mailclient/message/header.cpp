#include "mailclient/message/header.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t line_width = 78;   // RFC 5322 §2.1.1
constexpr std::size_t longest_word = 60; // longer words become encoded words, which can be folded

/// Length of an encoded word. RFC 2047 §2 allows 75; 62 also fits after "Subject: " and the like.
constexpr std::size_t longest_encoded = 62;
constexpr std::string_view base64_mark = "=?utf-8?B?";
constexpr std::string_view q_mark = "=?utf-8?Q?";
constexpr std::string_view end_mark = "?=";
constexpr std::size_t room = longest_encoded - q_mark.size() - end_mark.size();

std::string hex_byte(char sign, char c)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {sign, digits[byte >> 4], digits[byte & 15]};
}

/// The Q encoding that is valid everywhere, in a phrase too (RFC 2047 §5 (3)).
std::string q_encoded(std::string_view character)
{
    std::string text;
    for (const char c : character) {
        if (net::is_letter(c) || net::is_digit(c) || net::contains("!*+-/", c))
            text += c;
        else
            text += c == ' ' ? "_" : hex_byte('=', c);
    }
    return text;
}

std::string q_encoded_all(std::string_view text)
{
    std::string all;
    for (; !text.empty(); text.remove_prefix(net::character_size(text)))
        all += q_encoded(text.substr(0, net::character_size(text)));
    return all;
}

/// Removes as many whole characters from `text` as one encoded word holds and returns them. `cost`
/// computes the encoded size of a piece.
template <typename Cost> std::string_view take_fitting(std::string_view& text, Cost cost)
{
    std::size_t size = 0;
    while (size < text.size()) {
        const std::size_t next = size + net::character_size(text.substr(size));
        if (size > 0 && cost(text.substr(0, next)) > room) break;
        size = next;
    }
    const auto piece = text.substr(0, size);
    text.remove_prefix(size);
    return piece;
}

/// `text` as encoded words: in Q, which is legible, unless it is more than twice as long as base64.
/// Decoders ignore blanks between two encoded words.
std::vector<std::string> encoded_words(std::string_view text)
{
    const bool is_mostly_ascii = q_encoded_all(text).size() <= 2 * net::base64(text).size();
    std::vector<std::string> words;
    while (!text.empty()) {
        std::string word;
        if (is_mostly_ascii) {
            const auto cost = [](std::string_view piece) { return q_encoded_all(piece).size(); };
            word += q_mark;
            word += q_encoded_all(take_fitting(text, cost));
        } else {
            const auto cost = [](std::string_view piece) { return net::base64(piece).size(); };
            word += base64_mark;
            word += net::base64(take_fitting(text, cost));
        }
        words.push_back(word += end_mark);
    }
    return words;
}

/// Whether a decoder would misread the word. An empty word means two adjacent blanks, which folding
/// could lose.
bool needs_encoding(std::string_view word)
{
    return word.empty() || word.size() > longest_word ||
           word.find("=?") != std::string_view::npos || !net::is_ascii(word) ||
           std::ranges::any_of(word, net::is_control);
}

/// The words of a text. Plain words at both ends stay; everything between them is encoded.
std::vector<std::string> words_of(std::string_view text)
{
    const auto words = net::split(text, ' ');
    auto first = std::ranges::find_if(words, needs_encoding);
    if (first == words.end()) return {words.begin(), words.end()};
    auto last = std::find_if(words.rbegin(), words.rend(), needs_encoding).base();
    if (first->empty() && first != words.begin()) --first; // encode the blanks on both sides
    if (std::prev(last)->empty() && last != words.end()) ++last;

    std::vector<std::string> result(words.begin(), first);
    const char* begin = first->data();
    const char* end = std::prev(last)->data() + std::prev(last)->size();
    const auto encoded = encoded_words({begin, static_cast<std::size_t>(end - begin)});
    result.insert(result.end(), encoded.begin(), encoded.end());
    result.insert(result.end(), last, words.end());
    return result;
}

/// "Name: a b\r\n c\r\n": breaks the line before a word that would pass column 78.
std::string folded(std::string_view name, const std::vector<std::string>& words)
{
    std::string field(name);
    field += ':';
    std::size_t width = field.size();
    for (const std::string& word : words) {
        const bool is_first = &word == &words.front();
        if (!is_first && width + 1 + word.size() > line_width) {
            field += "\r\n";
            width = 0;
        }
        field += ' ' + word;
        width += 1 + word.size();
    }
    return field += "\r\n";
}

void check(std::string_view name, std::string_view text)
{
    const auto is_bad = [](char c) { return net::is_control(c) && c != '\t'; };
    if (std::ranges::any_of(text, is_bad))
        throw Failure(Exit::data, std::string(name) + " '" + net::printable_line(text) +
                                      "' contains a line break or another control character");
    if (!net::is_utf8(text))
        throw Failure(Exit::data,
                      std::string(name) + " '" + net::printable_line(text) + "' is not UTF-8");
}

/// The display name before an address.
std::vector<std::string> phrase_words(std::string_view name)
{
    const auto words = net::split(name, ' ');
    if (std::ranges::any_of(words, needs_encoding)) return encoded_words(name);
    const bool is_atoms = std::ranges::all_of(words, [](std::string_view word) {
        return word.find('.') == std::string_view::npos && quoted_unless_atoms(word) == word;
    });
    if (is_atoms) return {words.begin(), words.end()};
    const auto quoted = quoted_unless_atoms(name);
    if (quoted.size() > longest_word) return encoded_words(name);
    return {quoted.starts_with('"') ? quoted : '"' + quoted + '"'};
}

/// RFC 2231 §3, §4: *0*=utf-8''..., *1*=... for a long argument, else *=utf-8''...
std::vector<std::string> extended_parameter(std::string_view parameter, std::string_view argument)
{
    constexpr std::size_t a_piece = 50;
    std::vector<std::string> pieces(1, "utf-8''");
    for (; !argument.empty(); argument.remove_prefix(net::character_size(argument))) {
        std::string character;
        for (const char c : argument.substr(0, net::character_size(argument))) {
            const bool is_plain = net::is_letter(c) || net::is_digit(c) || net::contains("-._", c);
            character += is_plain ? std::string(1, c) : hex_byte('%', c);
        }
        if (pieces.back().size() + character.size() > a_piece) pieces.emplace_back();
        pieces.back() += character;
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::string number = pieces.size() > 1 ? "*" + std::to_string(i) : "";
        pieces[i] =
            std::string(parameter) + number + "*=" + pieces[i] + (i + 1 < pieces.size() ? ";" : "");
    }
    return pieces;
}

/// A field that no user adds, and the way to give what it says.
struct ReservedField {
    std::string_view name; // in small letters; with a '-' at its end, all that begin so
    std::string_view way;
};

constexpr std::string_view written_by_mailclient =
    "the client writes it itself (-t sends a message with a header of your own)";
constexpr std::string_view written_by_servers = "servers add it";

constexpr auto reserved_fields = std::to_array<ReservedField>({
    {"from", "use --from"},
    {"to", "use --to"},
    {"cc", "use --cc"},
    {"bcc", "use --bcc"},
    {"reply-to", "use --reply-to"},
    {"subject", "use --subject"},
    {"in-reply-to", "use --in-reply-to"},
    {"sender", "the sender is that of --from"},
    {"date", written_by_mailclient},
    {"message-id", written_by_mailclient},
    {"mime-version", written_by_mailclient},
    {"content-type", written_by_mailclient},
    {"content-transfer-encoding", written_by_mailclient},
    {"resent-", "a message that is sent again has it (-t sends one)"},
    {"received", written_by_servers},
    {"return-path", written_by_servers},
});

/// The reason why a field of this name cannot be added, or an empty string.
std::string_view reserved_for(std::string_view name)
{
    const std::string small = net::to_lower(name);
    const auto* found = std::ranges::find_if(reserved_fields, [&](const ReservedField& each) {
        return each.name.ends_with('-') ? small.starts_with(each.name) : small == each.name;
    });
    return found == reserved_fields.end() ? "" : found->way;
}

/// The words between single blanks; further blanks and tabs belong to the word before them.
std::vector<std::string> words_with_blanks(std::string_view text)
{
    std::vector<std::string> words;
    for (const std::string_view word : net::split(text, ' ')) {
        if (net::trim(word).empty() && !words.empty()) // no line may be blank: RFC 5322 §3.2.2
            (words.back() += ' ') += word;
        else
            words.emplace_back(word);
    }
    return words;
}

} // namespace

std::string text_field(std::string_view name, std::string_view text)
{
    check(name, text);
    return folded(name, words_of(text));
}

std::string address_field(std::string_view name, const std::vector<Mailbox>& mailboxes)
{
    std::vector<std::string> words;
    for (const Mailbox& mailbox : mailboxes) {
        check(name, mailbox.name);
        const bool has_name = !mailbox.name.empty();
        const auto phrase = has_name ? phrase_words(mailbox.name) : std::vector<std::string>();
        words.insert(words.end(), phrase.begin(), phrase.end());
        const std::string comma = &mailbox == &mailboxes.back() ? "" : ",";
        words.push_back((has_name ? "<" + spec(mailbox) + ">" : spec(mailbox)) + comma);
    }
    return folded(name, words);
}

std::string additional_field(std::string_view field)
{
    const auto fail = [&](std::string_view why) {
        throw Failure(Exit::data,
                      "header field '" + net::printable_line(field) + "': " + std::string(why));
    };
    const std::string_view name = field.substr(0, field.find(':'));
    const auto is_name_byte = [](char c) { return c > ' ' && c < '\x7f'; }; // RFC 5322 §2.2
    if (name.empty() || name.size() == field.size() || !std::ranges::all_of(name, is_name_byte))
        fail("it is not of the form 'NAME: VALUE'");
    if (const auto way = reserved_for(name); !way.empty()) fail(way);
    const std::string_view value = net::trim(field.substr(name.size() + 1));
    if (value.empty()) fail("it has no value");
    check(name, value);
    if (!net::is_ascii(value) && net::contains(value, '<'))
        fail("only free text may have other characters than ASCII, no <...>"); // RFC 2047 §5
    std::string lines =
        folded(name, net::is_ascii(value) ? words_with_blanks(value) : words_of(value));
    constexpr std::size_t longest = 999; // RFC 5322 §2.1.1, and CR
    for (const std::string_view line : net::split(lines, '\n'))
        if (line.size() > longest) fail("it has no blank where a line of 998 octets could end");
    return lines;
}

std::string parameter_field(std::string_view name, std::string_view value,
                            std::string_view parameter, std::string_view argument)
{
    check(parameter, argument);
    std::vector<std::string> words{std::string(value) + ";"};
    if (argument.size() <= longest_word && net::is_ascii(argument) &&
        !net::contains(argument, '\t')) {
        const std::string atoms = quoted_unless_atoms(argument);
        words.push_back(std::string(parameter) + "=" +
                        (atoms.starts_with('"') ? atoms : '"' + atoms + '"'));
    } else {
        const auto pieces = extended_parameter(parameter, argument);
        words.insert(words.end(), pieces.begin(), pieces.end());
    }
    return folded(name, words);
}

} // namespace mail
