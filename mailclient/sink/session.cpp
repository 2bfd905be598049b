#include "mailclient/sink/session.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <iostream>

#include "common/error.h"
#include "common/program/atomic_file.h"
#include "common/signals.h"
#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/sink/command.h"
#include "mailclient/sink/login.h"

namespace mailsink {
namespace {

using namespace std::chrono_literals;

constexpr auto timeout = 5min;                 // RFC 5321 §4.5.3.2.7
constexpr std::size_t longest_command = 12290; // RFC 4954 §4, with CRLF
constexpr std::size_t most_recipients = 1000;  // RFC 5321 §4.5.3.1.8: at least 100

net::Deadline new_deadline()
{
    return net::Deadline::in(timeout);
}

/// Waits; returns early when the program is interrupted.
void pause(std::chrono::milliseconds time)
{
    pollfd interrupted{net::interruption(), POLLIN, 0};
    ::poll(&interrupted, 1, static_cast<int>(time.count()));
}

} // namespace

void Dialogue::write(char speaker, std::string_view line) const
{
    if (!is_shown_) return;
    std::cout << std::to_string(number_) + " " + speaker + ": " + net::printable_line(line) + "\n"
              << std::flush;
}

Session::Session(std::unique_ptr<net::Stream> stream, const Rules& rules, MessageStore& store,
                 const Dialogue& dialogue)
    : stream_(std::move(stream)), rules_(rules), store_(store), dialogue_(dialogue),
      reader_(*stream_)
{
}

void Session::drop_at(std::string_view stage) const
{
    if (is_dropped(rules_, stage))
        throw net::Error("dropped at stage " + std::string(stage) + " (--drop-at)");
}

/// Sends the negative reply for the stage if the rules ask for one; returns whether they did.
bool Session::inject_fault(std::string_view stage, std::string_view recipient)
{
    drop_at(stage);
    const auto answer = injected_reply(rules_, stage, recipient);
    if (answer) reply(*answer);
    if (answer && answer->code == 421) is_open_ = false;
    return answer.has_value();
}

void Session::reply(int code, const std::vector<std::string>& lines)
{
    if (rules_.slow > 0ms) {
        flush();
        pause(rules_.slow);
    }
    for (const std::string& text : lines) {
        const bool is_last = &text == &lines.back();
        const std::string line = std::to_string(code) + (is_last ? " " : "-") + text;
        dialogue_.write('S', line);
        replies_ += line + "\r\n";
    }
}

void Session::flush()
{
    if (replies_.empty()) return;
    stream_->write(replies_, new_deadline());
    replies_.clear();
}

/// The next line without its end. std::nullopt at the end of the connection or if it is too long.
std::optional<std::string> Session::read_line()
{
    for (;;) {
        const auto end = reader_->buffered().find('\n');
        if (end != std::string_view::npos) {
            std::string line(reader_->buffered().substr(0, end));
            reader_->consume(end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (reader_->buffered().size() > longest_command) {
            reply(500, {"5.5.6 Line too long"});
            flush();
            return std::nullopt;
        }
        flush();
        if (!reader_->fill(new_deadline())) return std::nullopt;
    }
}

void Session::serve()
{
    is_accepting_ = !inject_fault("connect");
    if (is_accepting_) reply(220, {"localhost ESMTP mailsink: messages are stored, not delivered"});
    while (is_open_) {
        const auto line = read_line();
        if (!line) break;
        execute(*line);
    }
    flush();
}

void Session::execute(const std::string& line)
{
    const auto [verb, arguments] = parse_command(line);
    dialogue_.write('C', verb == "AUTH" ? line.substr(0, line.find(' ', verb.size() + 1)) : line);
    if (is_http(verb)) {
        is_open_ = false;
        return reply(421, {"4.7.0 This is SMTP, not HTTP"});
    }
    if (!is_accepting_ && verb != "QUIT")
        return reply(503, {"5.5.1 No service, only QUIT is accepted"}); // RFC 5321 §3.1
    if (verb == "EHLO" || verb == "HELO") return hello(verb == "EHLO");
    if (verb == "QUIT") {
        reply(221, {"2.0.0 Goodbye"});
        is_open_ = false;
    } else if (verb == "NOOP")
        reply(250, {"2.0.0 OK"});
    else if (verb == "RSET") {
        reset_transaction();
        reply(250, {"2.0.0 Transaction reset"});
    } else if (verb == "VRFY")
        reply(252, {"2.5.0 Addresses are not verified"});
    else if (verb == "HELP")
        reply(214, {"2.0.0 EHLO STARTTLS AUTH MAIL RCPT DATA RSET NOOP QUIT"});
    else if (verb == "STARTTLS")
        start_tls();
    else if (verb == "AUTH")
        log_in(arguments);
    else if (verb == "MAIL")
        mail(arguments);
    else if (verb == "RCPT")
        recipient(arguments);
    else if (verb == "DATA")
        data();
    else
        reply(500, {"5.5.2 Unknown command"});
}

void Session::hello(bool is_extended)
{
    reset_transaction();
    if (inject_fault("ehlo")) return;
    is_greeted_ = true;
    is_extended_ = is_extended;
    if (!is_extended) return reply(250, {"localhost"});
    std::vector<std::string> lines{"localhost",  "SIZE " + std::to_string(rules_.most),
                                   "PIPELINING", "8BITMIME",
                                   "SMTPUTF8",   "ENHANCEDSTATUSCODES"};
    if (rules_.identity && !is_encrypted_) lines.emplace_back("STARTTLS");
    if (!rules_.user.empty() && is_encrypted_) lines.push_back("AUTH " + std::string(mechanisms));
    reply(250, lines);
}

void Session::start_tls()
{
    if (!rules_.identity || is_encrypted_)
        return reply(503, {"5.5.1 TLS is not available or already active"});
    if (inject_fault("starttls")) return;
    reply(220, {"2.0.0 Go ahead"});
    flush();
    if (!reader_->buffered().empty()) // RFC 3207 §4.2: an attacker may have injected it
        throw net::Error(
            "start TLS: clear text followed STARTTLS, which an attacker may have injected");
    stream_ = net::accept_tls(std::move(stream_), *rules_.identity, new_deadline());
    reader_.emplace(*stream_);
    is_encrypted_ = true;
    is_greeted_ = false;
    is_extended_ = false;
    reset_transaction();
    dialogue_.write('*', "TLS started: from here on the session is encrypted");
}

void Session::log_in(std::string_view arguments)
{
    if (rules_.user.empty()) return reply(502, {"5.5.1 No user is configured (--user)"});
    if (!is_encrypted_) return reply(538, {"5.7.11 Start TLS first"});
    if (!is_extended_) return reply(503, {"5.5.1 Send EHLO first"});
    if (is_logged_in_) return reply(503, {"5.5.1 Already logged in"}); // RFC 4954 §4
    if (has_sender_) return reply(503, {"5.5.1 No AUTH during a transaction"});
    if (inject_fault("auth")) return;
    const auto [mechanism, coded] = parse_command(arguments);
    std::optional<std::string> initial;
    if (!coded.empty()) initial = coded == "=" ? "" : net::base64_decoded(coded);
    if (!coded.empty() && !initial) return reply(501, {"5.5.2 The response is not base64"});
    bool is_cancelled = false;
    const auto ask = [&](const std::string& challenge) -> std::optional<std::string> {
        reply(334, {net::base64(challenge)});
        const auto line = read_line();
        dialogue_.write('C', line && *line != "*" ? "***" : "*");
        auto answer = line ? net::base64_decoded(*line) : std::nullopt;
        is_cancelled = !answer;
        return answer;
    };
    const auto result =
        authenticate(mechanism, initial, {.name = rules_.user, .password = rules_.password}, ask);
    if (is_cancelled) return reply(501, {"5.7.0 Cancelled, or not base64"});
    if (!result) return reply(504, {"5.5.4 Unknown mechanism"});
    is_logged_in_ = *result;
    if (is_logged_in_)
        reply(235, {"2.7.0 Logged in"});
    else
        reply(535, {"5.7.8 Wrong user or password"});
}

void Session::mail(std::string_view arguments)
{
    if (!is_greeted_) return reply(503, {"5.5.1 Send EHLO first"});
    if (!rules_.user.empty() && !is_logged_in_) return reply(530, {"5.7.0 Log in first"});
    if (has_sender_) return reply(503, {"5.5.1 A transaction is already open"});
    const auto path = take_path(arguments, "FROM:");
    if (!path) return reply(501, {"5.5.2 Syntax: MAIL FROM:<address>"});
    if (!is_extended_ && !arguments.empty()) return reply(555, {"5.5.4 Parameters require EHLO"});
    const auto parameters = parse_parameters(arguments, !rules_.user.empty());
    if (parameters.problem.code != 0) return reply(parameters.problem);
    if (!path->empty() && !address_in(*path, parameters.is_utf8))
        return reply(553, {"5.1.7 Invalid address"});
    if (parameters.size > rules_.most) return reply(552, {"5.3.4 Message too large"});
    if (inject_fault("mail")) return;
    has_sender_ = true;
    accepts_utf8_ = parameters.is_utf8;
    reply(250, {"2.1.0 Sender accepted"});
}

void Session::recipient(std::string_view arguments)
{
    if (!has_sender_) return reply(503, {"5.5.1 Send MAIL first"});
    const auto path = take_path(arguments, "TO:");
    if (!path) return reply(501, {"5.5.2 Syntax: RCPT TO:<address>"});
    if (!arguments.empty()) return reply(555, {"5.5.4 Unknown parameter"});
    const auto address = address_in(*path, accepts_utf8_);
    if (!address) return reply(553, {"5.1.3 Invalid address"});
    if (recipients_ == most_recipients) return reply(452, {"4.5.3 Too many recipients"});
    if (inject_fault("rcpt", *address)) return;
    ++recipients_;
    reply(250, {"2.1.5 Recipient accepted"});
}

/// Reads up to the line with one dot; bytes beyond the size limit are discarded.
void Session::receive_message(MessageStore::Message& message)
{
    constexpr std::string_view end = ".\r\n";
    constexpr std::string_view dotted = "\r\n.";
    bool is_line_start = true;
    const auto take = [&](std::size_t count) {
        if (message.size() <= rules_.most) message.write(reader_->buffered().substr(0, count));
        reader_->consume(count);
    };
    for (;;) {
        const auto bytes = reader_->buffered();
        if (is_line_start && bytes.starts_with(end)) return reader_->consume(end.size());
        const bool may_be_end = is_line_start && end.starts_with(bytes);
        if (is_line_start && !may_be_end && bytes.starts_with('.')) reader_->consume(1);
        if (!may_be_end) {
            is_line_start = false;
            const auto left = reader_->buffered();
            if (const auto found = left.find(dotted); found != std::string_view::npos) {
                take(found + 2);
                is_line_start = true;
                continue;
            }
            take(left.size() -
                 std::min<std::size_t>(left.size(), 2)); // the start of CRLF dot, perhaps
        }
        drop_at("content");
        if (!reader_->fill(new_deadline()))
            throw net::Error("the client closed the connection during a message");
    }
}

void Session::data()
try {
    if (recipients_ == 0) return reply(503, {"5.5.1 No valid recipients"});
    if (inject_fault("data")) return;
    MessageStore::Message message(store_);
    reply(354, {"End the message with a line that is one dot"});
    flush();
    receive_message(message);
    const auto recipients = recipients_;
    reset_transaction();
    dialogue_.write('C', "(" + std::to_string(message.size()) + " octets of message)");
    dialogue_.write('C', ".");
    if (message.size() > rules_.most) return reply(552, {"5.3.4 Message too large"});
    if (inject_fault("dot")) return;
    const std::string name = message.keep().filename().string();
    reply(250, {"2.0.0 Stored as " + name + " for " + std::to_string(recipients) +
                (recipients == 1 ? " recipient" : " recipients")});
} catch (const net::StorageError& error) {
    reset_transaction();
    dialogue_.write('*', error.what());
    if (error.cause() == ENOSPC || error.cause() == EDQUOT)
        reply(452, {"4.3.1 No space to store the message"});
    else
        reply(451, {"4.3.0 The message cannot be stored"});
}

void Session::reset_transaction()
{
    has_sender_ = false;
    accepts_utf8_ = false;
    recipients_ = 0;
}

} // namespace mailsink
