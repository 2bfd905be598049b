#include "mailclient/message/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t longest_local = 64; // RFC 5321 §4.5.3.1.1
constexpr std::size_t longest_domain = 255;
constexpr std::size_t longest_label = 63;

bool is_atom_character(char c)
{
    constexpr std::string_view signs = "!#$%&'*+-/=?^_`{|}~"; // atext, RFC 5322 §3.2.3
    return net::is_letter(c) || net::is_digit(c) || net::contains(signs, c) ||
           static_cast<unsigned char>(c) >= 0x80; // RFC 6532 §3.2
}

bool is_atoms(std::string_view text)
{
    const auto atoms = net::split(text, '.');
    return std::ranges::all_of(atoms, [](std::string_view atom) {
        return !atom.empty() && std::ranges::all_of(atom, is_atom_character);
    });
}

/// RFC 5321 §4.1.3; no other kinds of literals are defined.
bool is_address_literal(std::string_view domain)
{
    constexpr std::string_view ipv6 = "IPv6:";
    std::string text(domain.substr(1, domain.size() - 2));
    const bool is_ipv6 = net::equal_ignoring_case(text.substr(0, ipv6.size()), ipv6);
    if (is_ipv6) text.erase(0, ipv6.size());
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return ::inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), ignored.data()) == 1;
}

struct Token {
    enum class Kind { atom, quoted, literal, special, end } kind = Kind::end;
    std::string text{}; // without quotes; a special is one character

    [[nodiscard]] bool is(char special) const
    {
        return kind == Kind::special && text.front() == special;
    }
    [[nodiscard]] bool is_word() const { return kind == Kind::atom || kind == Kind::quoted; }
};

class Parser {
public:
    Parser(std::string_view text, std::string_view domain)
        : whole_(text), left_(text), own_domain_(domain)
    {
    }

    std::vector<Mailbox> parse();

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        throw Failure(Exit::data,
                      "'" + net::printable_line(whole_) + "' is not a valid mail address: " + why);
    }
    void advance();
    void skip_blanks_and_comments();
    void skip_comment();
    std::string take_until(char end);
    std::string take_atom();
    Mailbox take_mailbox();
    std::string take_angle_address(Mailbox& mailbox);
    void skip_route();
    void take_domain(Mailbox& mailbox);
    [[nodiscard]] std::string problem_without_at(const std::vector<Token>& tokens) const;
    void set_local(Mailbox& mailbox, const std::vector<Token>& tokens) const;
    void check_domain(const std::string& domain) const;

    std::string_view whole_;
    std::string_view left_;
    std::string_view own_domain_; // for addresses without one
    Token token_{};               // the current token, not consumed yet
    bool is_in_group_ = false;
};

void Parser::skip_comment()
{
    std::size_t depth = 0;
    for (std::size_t i = 0; i < left_.size(); ++i) {
        if (left_[i] == '\\')
            ++i;
        else if (left_[i] == '(')
            ++depth;
        else if (left_[i] == ')' && --depth == 0)
            return left_.remove_prefix(i + 1);
    }
    fail("a comment has no closing )");
}

void Parser::skip_blanks_and_comments()
{
    while (!left_.empty() && net::contains(" \t(", left_.front()))
        if (left_.front() == '(')
            skip_comment();
        else
            left_.remove_prefix(1);
}

/// The text between the first character and `end`, with quoted-pairs resolved.
std::string Parser::take_until(char end)
{
    std::string text;
    for (std::size_t i = 1; i < left_.size(); ++i) {
        if (left_[i] == end) {
            left_.remove_prefix(i + 1);
            return text;
        }
        if (left_[i] == '\\' && i + 1 < left_.size()) ++i;
        text += left_[i];
    }
    fail(std::string("there is no closing ") + end);
}

std::string Parser::take_atom()
{
    const auto* end = std::ranges::find_if_not(left_, is_atom_character);
    std::string atom(left_.begin(), end);
    left_.remove_prefix(atom.size());
    return atom;
}

void Parser::advance()
{
    skip_blanks_and_comments();
    if (left_.empty()) {
        token_ = {};
    } else if (left_.front() == '"') {
        token_ = {Token::Kind::quoted, take_until('"')};
    } else if (left_.front() == '[') {
        token_ = {Token::Kind::literal, "[" + take_until(']') + "]"};
    } else if (is_atom_character(left_.front())) {
        token_ = {Token::Kind::atom, take_atom()};
    } else {
        token_ = {Token::Kind::special, std::string(1, left_.front())};
        left_.remove_prefix(1);
    }
}

void Parser::set_local(Mailbox& mailbox, const std::vector<Token>& tokens) const
{
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool is_expected = i % 2 == 0 ? tokens[i].is_word() : tokens[i].is('.');
        if (!is_expected) fail("the part before the @ needs quotes");
        mailbox.local += tokens[i].text;
    }
    if (tokens.size() % 2 == 0) fail("the part before the @ is empty or ends with a dot");
    if (mailbox.local.size() > longest_local)
        fail("the part before the @ is longer than 64 octets");
}

void Parser::check_domain(const std::string& domain) const
{
    if (domain.empty()) fail("there is no domain after the @");
    if (domain.size() > longest_domain) fail("the domain is longer than 255 octets");
    if (domain.front() == '[') {
        if (!is_address_literal(domain))
            fail("the domain is not an address in brackets ([192.0.2.1] or [IPv6:2001:db8::1])");
        return;
    }
    const auto is_good = [](char c) {
        return net::is_letter(c) || net::is_digit(c) || c == '-' || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    for (const auto label : net::split(domain, '.')) {
        if (label.empty() || label.size() > longest_label)
            fail("a label of the domain is empty or longer than 63 octets");
        if (!std::ranges::all_of(label, is_good) || label.front() == '-' || label.back() == '-')
            fail("the domain is not a host name");
    }
}

/// Parses the domain after the @.
void Parser::take_domain(Mailbox& mailbox)
{
    advance();
    if (token_.kind == Token::Kind::literal) {
        mailbox.domain = token_.text;
        advance();
    } else {
        const auto continues = [&] { // two atoms need a dot between them
            const bool is_behind_dot = mailbox.domain.empty() || mailbox.domain.ends_with('.');
            return token_.is('.') || (token_.kind == Token::Kind::atom && is_behind_dot);
        };
        for (; continues(); advance())
            mailbox.domain += token_.text;
    }
    check_domain(mailbox.domain);
}

/// Skips an obsolete source route "@a,@b:" (RFC 5321 §4.1.1.3, appendix C).
void Parser::skip_route()
{
    while (token_.is('@')) {
        Mailbox relay;
        take_domain(relay);
        while (token_.is(','))
            advance();
    }
    if (!token_.is(':')) fail("there is no colon after the source route");
    advance();
}

/// Parses up to and including the >. Returns the error, or an empty string.
std::string Parser::take_angle_address(Mailbox& mailbox)
{
    std::vector<Token> local;
    advance();
    if (token_.is('@')) skip_route();
    for (; token_.is_word() || token_.is('.'); advance())
        local.push_back(token_);
    const bool is_complete = token_.is('@');
    const bool is_completed = token_.is('>') && !local.empty() && !own_domain_.empty();
    if (!is_complete && !is_completed) return "there is no @ between < and >";
    set_local(mailbox, local);
    if (is_complete)
        take_domain(mailbox);
    else
        check_domain(mailbox.domain = own_domain_);
    if (!token_.is('>')) return "there is no closing >";
    advance();
    return {};
}

std::string phrase_of(const std::vector<Token>& tokens)
{
    std::string phrase;
    for (const Token& token : tokens) {
        const bool is_dot = token.is('.');
        if (!phrase.empty() && !is_dot) phrase += ' ';
        phrase += token.text;
    }
    return phrase;
}

/// The reason why words without an @ after them are no address, with the likely remedy.
std::string Parser::problem_without_at(const std::vector<Token>& tokens) const
{
    if (token_.is(';')) return "a semicolon separates no addresses (use commas)";
    if (tokens.empty()) return "there is no @";
    const std::string phrase = "'" + phrase_of(tokens) + "'";
    if (token_.is(','))
        return "there is no @ in " + phrase + " (a name with a comma needs quotes: \"" +
               phrase_of(tokens) + ", ...\" <ada@example.org>)";
    return "there is no @ in " + phrase;
}

/// Parses one mailbox, without the separator after it; empty when a group begins.
Mailbox Parser::take_mailbox()
{
    Mailbox mailbox;
    std::vector<Token> tokens;
    for (; token_.is_word() || token_.is('.'); advance())
        tokens.push_back(token_);
    if (token_.is('<')) {
        mailbox.name = phrase_of(tokens);
        if (const auto problem = take_angle_address(mailbox); !problem.empty()) fail(problem);
    } else if (token_.is('@')) {
        set_local(mailbox, tokens);
        take_domain(mailbox);
    } else if (token_.is(':') && !is_in_group_ && !tokens.empty()) { // RFC 5322 §3.4: group
        is_in_group_ = true;
        advance();
        return {};
    } else if (const bool is_word = token_.kind == Token::Kind::end || token_.is(',');
               is_word && !tokens.empty() && !own_domain_.empty()) {
        set_local(mailbox, tokens);
        check_domain(mailbox.domain = own_domain_);
    } else {
        fail(problem_without_at(tokens));
    }
    return mailbox;
}

std::vector<Mailbox> Parser::parse()
{
    if (std::ranges::any_of(whole_, [](char c) { return net::is_control(c) && c != '\t'; }))
        fail("it contains a line break or another control character");
    if (!net::is_utf8(whole_)) fail("it is not UTF-8");
    std::vector<Mailbox> mailboxes;
    for (advance(); token_.kind != Token::Kind::end;) {
        if (token_.is(',') || (token_.is(';') && is_in_group_)) {
            if (token_.is(';')) is_in_group_ = false;
            advance();
            continue;
        }
        Mailbox mailbox = take_mailbox();
        if (mailbox.domain.empty()) continue; // a group begins
        mailboxes.push_back(std::move(mailbox));
        if (token_.kind != Token::Kind::end && !token_.is(',') && !token_.is(';'))
            fail("there is text after the address (a name with special characters needs quotes)");
    }
    return mailboxes;
}

} // namespace

std::vector<Mailbox> parse_addresses(std::string_view text, std::string_view domain)
{
    return Parser(text, domain).parse();
}

Mailbox parse_address(std::string_view text, std::string_view domain)
{
    auto mailboxes = parse_addresses(text, domain);
    if (mailboxes.size() == 1) return std::move(mailboxes.front());
    throw Failure(Exit::data,
                  "'" + net::printable_line(text) + "' is " +
                      (mailboxes.empty() ? "not a mail address" : "more than one address"));
}

Mailbox parse_sender(std::string_view text, std::string_view domain)
{
    const auto word = net::trim(text);
    return word.empty() || word == "<>" ? Mailbox{} : parse_address(text, domain);
}

std::string quoted_unless_atoms(std::string_view text)
{
    if (is_atoms(text)) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string spec(const Mailbox& mailbox)
{
    if (mailbox.domain.empty()) return {};
    return quoted_unless_atoms(mailbox.local) + "@" + mailbox.domain;
}

bool needs_utf8(const Mailbox& mailbox)
{
    return !net::is_ascii(mailbox.local) || !net::is_ascii(mailbox.domain);
}

} // namespace mail
