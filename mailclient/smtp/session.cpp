#include "mailclient/smtp/session.h"

#include <algorithm>
#include <utility>

#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"
#include "mailclient/message/dot_stuffer.h"

namespace mail {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_command = 510; // RFC 5321 §4.5.3.1.4, without CRLF
constexpr int closing = 421;                 // may come at any time, RFC 5321 §3.8
constexpr int login_required = 530;          // RFC 4954 §6

/// Outstanding commands at a time: their replies, 100 lines, fit into any socket's buffer.
constexpr std::size_t pipeline_depth = 100;
constexpr std::size_t block_size = 65536; // of the message, for one write

/// Collects small pieces into blocks.
class Blocks {
public:
    explicit Blocks(Sink sink) : sink_(std::move(sink)) {}

    void write(std::string_view bytes)
    {
        for (; !bytes.empty();) {
            const auto piece = bytes.substr(0, block_size - block_.size());
            block_ += piece;
            bytes.remove_prefix(piece.size());
            if (block_.size() == block_size) flush();
        }
    }
    void flush()
    {
        if (block_.empty()) return;
        sink_(block_);
        block_.clear();
    }

private:
    Sink sink_;
    std::string block_{};
};

std::string with_remedy(const Reply& reply)
{
    return reply.text() + (reply.code == login_required ? " (log in with --user)" : "");
}

} // namespace

std::string tls_problem(const net::Error& error)
{
    const std::string what = error.what();
    const bool is_unknown = what.find("self-signed") != std::string::npos ||
                            what.find("unknown authority") != std::string::npos;
    return what + (is_unknown ? " (--ca FILE trusts another authority)" : "");
}

Session::Session(Link link, const Transcript& transcript, Timeouts timeouts)
    : link_(std::move(link)), transcript_(transcript), timeouts_(timeouts), reader_(*link_.stream)
{
}

Session::~Session()
{
    quit();
}

/// Ends the session, even if replies are outstanding.
void Session::close_with(const Failure& failure)
{
    is_open_ = false;
    throw Failure(failure);
}

/// Throws Failure unless the reply is of the class `wanted`; `refused` is the exit status of a 5yz.
void Session::require(const Reply& reply, ReplyClass wanted, const std::string& attempt,
                      Exit refused)
{
    if (reply.reply_class() == wanted) return;
    const std::string what = attempt + ": " + with_remedy(reply);
    switch (reply.reply_class()) {
    case ReplyClass::transient_failure: throw Failure(Exit::temporary, what);
    case ReplyClass::permanent_failure:
        throw Failure(reply.code == login_required ? Exit::no_login : refused, what);
    default: close_with({Exit::protocol, what + " (unexpected reply)"});
    }
}

/// For display: a server may echo secrets during a login.
Reply Session::without_secrets(Reply reply) const
{
    if (secrets_.empty()) return reply;
    for (std::string& line : reply.lines)
        line = masked(line, secrets_);
    return reply;
}

Reply Session::read_reply(net::Deadline deadline, const std::string& attempt)
try {
    for (;;) {
        auto parsed = parse_reply(reader_->buffered());
        if (parsed.status == ParsedReply::Status::complete) {
            reader_->consume(parsed.size);
            const Reply shown = without_secrets(parsed.reply);
            transcript_.received(shown);
            if (shown.code == closing) close_with({Exit::temporary, attempt + ": " + shown.text()});
            return std::move(parsed.reply);
        }
        if (parsed.status == ParsedReply::Status::bad) {
            constexpr std::size_t enough = 60; // bytes for the error message
            const auto begin = masked(reader_->buffered().substr(0, enough), secrets_);
            close_with({Exit::protocol, attempt + ": the server's reply is not SMTP: '" +
                                            net::printable_line(begin) + "'"});
        }
        if (!reader_->fill(deadline))
            close_with({Exit::temporary, attempt + ": the server closed the connection"});
    }
} catch (const Failure&) {
    throw;
} catch (const net::Timeout&) {
    close_with({Exit::temporary, attempt + ": the server did not reply in time"});
} catch (const net::Error& error) {
    close_with({Exit::temporary, attempt + ": " + error.what()});
}

/// Reads a reply that is buffered or arrives by the deadline; false when there is none.
bool Session::read_early_reply(Reply& reply, net::Deadline deadline)
try {
    for (;;) {
        auto parsed = parse_reply(reader_->buffered());
        if (parsed.status == ParsedReply::Status::complete) {
            reader_->consume(parsed.size);
            transcript_.received(parsed.reply);
            reply = std::move(parsed.reply);
            return true;
        }
        if (parsed.status == ParsedReply::Status::bad || !reader_->fill(deadline)) return false;
    }
} catch (const net::Error&) {
    return false;
}

/// When the write fails, an early reply may give the reason.
void Session::write(std::string_view bytes, net::Deadline deadline, const std::string& attempt)
try {
    link_.stream->write(bytes, deadline);
} catch (const net::Error& error) {
    is_open_ = false;
    Reply reply;
    if (read_early_reply(reply, net::Deadline::in(2s)))
        require(reply, ReplyClass::intermediate, attempt, Exit::unavailable);
    close_with({Exit::temporary, attempt + ": " + error.what()});
}

void Session::write_commands(const std::vector<std::string>& commands, const std::string& attempt)
{
    const auto early = parse_reply(reader_->buffered());
    if (!reader_->buffered().empty() && early.reply.code != closing)
        close_with({Exit::protocol, attempt + ": the server sent an unsolicited reply: '" +
                                        without_secrets(early.reply).text() + "'"});
    std::string bytes;
    for (const std::string& command : commands)
        bytes += command + "\r\n";
    write(bytes, timeouts_.command(), attempt);
}

/// Sends a command and reads the reply; the transcript has `shown` instead of the command.
Reply Session::exchange(const std::string& command, const std::string& shown,
                        const std::string& attempt)
{
    transcript_.sent(shown);
    write_commands({command}, attempt);
    return read_reply(timeouts_.command(), attempt);
}

void Session::greet()
{
    const std::string attempt = "read the greeting of " + link_.host;
    require(read_reply(timeouts_.greeting(), attempt), ReplyClass::success, attempt,
            Exit::unavailable);
    identify();
}

void Session::identify()
{
    const std::string attempt = "send EHLO to " + link_.host;
    const std::string ehlo = "EHLO " + link_.own_name;
    Reply reply = exchange(ehlo, ehlo, attempt);
    if (reply.reply_class() == ReplyClass::permanent_failure) { // RFC 5321 §3.2
        offer_ = {};
        const std::string helo = "HELO " + link_.own_name;
        return require(exchange(helo, helo, attempt), ReplyClass::success, attempt,
                       Exit::unavailable);
    }
    require(reply, ReplyClass::success, attempt, Exit::unavailable);
    offer_ = parse_offer(reply);
}

void Session::start_tls(const std::string& authorities)
{
    const std::string attempt = "start TLS with " + link_.host;
    require(exchange("STARTTLS", "STARTTLS", attempt), ReplyClass::success, attempt,
            Exit::unavailable);
    if (!reader_->buffered().empty())
        close_with({Exit::protocol, attempt +
                                        ": the server's reply is followed by more data, which "
                                        "an attacker may have injected"});
    try {
        link_.stream =
            net::start_tls(std::move(link_.stream), link_.host, authorities, timeouts_.command());
    } catch (const net::Timeout&) {
        close_with({Exit::temporary, attempt + ": the server did not reply in time"});
    } catch (const net::Error& error) {
        close_with({Exit::unavailable, tls_problem(error)});
    }
    reader_.emplace(*link_.stream);
    link_.is_encrypted = true;
    transcript_.note("TLS started: from here on the session is encrypted (" + net::tls_version() +
                     ")");
    identify();
}

void Session::log_in(Login login)
{
    const std::string attempt = "log in to " + link_.host + " by " + login.mechanism;
    if (!link_.is_encrypted)
        throw Failure(Exit::no_login,
                      attempt + ": the connection is not encrypted, and others could read "
                                "the password");

    std::string command = "AUTH " + login.mechanism;
    const auto& initial = login.initial;
    const std::string coded = !initial ? "" : initial->empty() ? "=" : net::base64(*initial);
    const bool fits = command.size() + 1 + coded.size() <= longest_command; // RFC 4954 §4
    if (initial && fits) command += " " + coded;
    if (initial && !fits)
        login.answers.emplace_front([text = *initial](std::string_view) { return text; });

    secrets_ = login.secrets;
    if (initial) secrets_.push_back(coded);
    const std::string shown = initial && fits ? " ***" : "";
    Reply reply = exchange(command, "AUTH " + login.mechanism + shown, attempt);
    while (reply.reply_class() == ReplyClass::intermediate)
        reply = answer_challenge(login, reply, attempt);
    require(without_secrets(reply), ReplyClass::success, attempt, Exit::no_login);
    if (login.needs_proof && !login.answers.empty())
        close_with({Exit::no_login, attempt +
                                        ": the server did not prove that it knows the password, "
                                        "so it may be an impostor"});
    secrets_.clear();
}

/// A challenge without an answer cancels the login (RFC 4954 §4).
Reply Session::answer_challenge(Login& login, const Reply& reply, const std::string& attempt)
{
    const auto challenge = net::base64_decoded(reply.lines.back());
    std::string coded;
    try {
        if (login.answers.empty() || !challenge)
            throw Failure(Exit::protocol, attempt + ": the server sent an unexpected challenge");
        if (challenge->starts_with('{'))
            transcript_.note("decoded: " + masked(*challenge, secrets_));
        const auto answer = std::exchange(login.answers.front(), {});
        login.answers.pop_front();
        coded = net::base64(answer(*challenge));
    } catch (const Failure&) {
        exchange("*", "*", attempt);
        throw;
    }
    secrets_.push_back(coded);
    return exchange(coded, "***", attempt);
}

void Session::check_server_supports(const Envelope& envelope, const Message& message) const
{
    const auto refuse = [this](const std::string& why) {
        throw Failure(Exit::unavailable, "send through " + link_.host + ": " + why);
    };
    if (offer_.most > 0 && message.size() > offer_.most)
        refuse("the message has " + std::to_string(message.size()) +
               " octets, more than the server's limit of " + std::to_string(offer_.most));
    if (message.is_8bit() && !offer_.eight_bit)
        refuse("the message has bytes above 127, and the server does not support 8BITMIME");
    if (envelope.needs_utf8 && !offer_.utf8)
        refuse("an address is not ASCII, and the server does not support SMTPUTF8");
    if (message.has_utf8_header() && !offer_.utf8)
        refuse("the message's header is not ASCII, and the server does not support SMTPUTF8");
}

std::string Session::mail_command(const Envelope& envelope, const Message& message) const
{
    std::string command = "MAIL FROM:<" + envelope.sender + ">";
    if (offer_.supports_size) command += " SIZE=" + std::to_string(message.size());
    if (message.is_8bit()) command += " BODY=8BITMIME";
    if (envelope.needs_utf8 || message.has_utf8_header()) command += " SMTPUTF8";
    return command;
}

/// Reads the reply to a command of a transaction; a 3yz reply to RCPT is a protocol error.
Reply Session::read_reply_to(const std::string& command, const std::string& attempt)
{
    std::string step = attempt;
    step += ", ";
    step += command;
    const bool is_data = command == "DATA";
    Reply reply = read_reply(is_data ? timeouts_.data() : timeouts_.command(), step);
    if (reply.reply_class() == ReplyClass::intermediate && command.starts_with("RCPT"))
        require(reply, ReplyClass::success, step, Exit::unavailable);
    return reply;
}

/// The steps from MAIL to the 354; collects the refused recipients. False when all are refused.
bool Session::open_transaction(const Envelope& envelope, const Message& message,
                               std::vector<RefusedRecipient>& refused)
{
    std::vector<std::string> commands{mail_command(envelope, message)};
    for (const std::string& recipient : envelope.recipients)
        commands.push_back("RCPT TO:<" + recipient + ">");
    commands.emplace_back("DATA");

    const std::string attempt = "send through " + link_.host;
    const std::size_t depth = offer_.pipelining ? pipeline_depth : 1;
    std::vector<Reply> replies;
    const auto is_refused = [&] {
        return !replies.empty() &&
               (!replies.front().is_success() || refused.size() == envelope.recipients.size());
    };
    try {
        while (replies.size() < commands.size() && !is_refused()) {
            const auto begin = commands.begin() + std::ssize(replies);
            const auto count = std::min(depth, commands.size() - replies.size());
            const std::vector<std::string> group(begin, begin + static_cast<std::ptrdiff_t>(count));
            for (const std::string& command : group)
                transcript_.sent(command);
            write_commands(group, attempt);
            for (const std::string& command : group) {
                replies.push_back(read_reply_to(command, attempt));
                if (!command.starts_with("RCPT") || replies.back().is_success()) continue;
                refused.push_back({envelope.recipients[replies.size() - 2], replies.back()});
            }
        }
        const bool accepts_data = replies.size() == commands.size() &&
                                  replies.back().reply_class() == ReplyClass::intermediate;
        if (is_refused() && accepts_data) { // RFC 2920 §3.1: an accepted DATA must be ended
            transcript_.sent(".");
            write_commands({"."}, attempt);
            static_cast<void>(read_reply(timeouts_.final_reply(), attempt));
        }
    } catch (const Failure&) {
        if (!is_refused()) throw; // else the result is known; the session has ended
    }
    if (!replies.front().is_success()) refused.clear(); // they follow from the refused sender
    require(replies.front(), ReplyClass::success, attempt + ", " + commands.front(),
            Exit::unavailable);
    if (is_refused()) return false;
    require(replies.back(), ReplyClass::intermediate, attempt + ", DATA", Exit::unavailable);
    return true;
}

void Session::reset_transaction()
{
    if (!is_transaction_open_) return;
    const std::string attempt = "reset the transaction with " + link_.host;
    require(exchange("RSET", "RSET", attempt), ReplyClass::success, attempt, Exit::unavailable);
    is_transaction_open_ = false;
}

/// Whether the server has sent a reply before the end of the message.
bool Session::has_early_reply()
try {
    const bool has_input = link_.has_input && link_.has_input();
    if (reader_->buffered().empty() && has_input) reader_->fill(net::Deadline::in({}));
    return !reader_->buffered().empty();
} catch (const net::Error&) {
    return false; // TLS handshake data or a broken connection; the next write reports it
}

/// A reply before the message's end reports an error. It never accepts the message, which the
/// server has not received in full.
void Session::check_for_early_reply(const std::string& attempt)
{
    if (!has_early_reply()) return;
    is_open_ = false; // a partial message cannot be cancelled
    const Reply reply = read_reply(timeouts_.command(), attempt);
    const bool refuses = reply.reply_class() == ReplyClass::transient_failure ||
                         reply.reply_class() == ReplyClass::permanent_failure;
    if (refuses) require(reply, ReplyClass::success, attempt, Exit::unavailable);
    close_with({Exit::protocol,
                attempt + ": the server replied before the end of the message: " + reply.text()});
}

void Session::write_content(const Message& message)
{
    const std::string attempt = "send the message to " + link_.host;
    std::uint64_t sent = 0;
    Blocks blocks([&](std::string_view block) { // the last block has the final dot
        check_for_early_reply(attempt);
        write(block, timeouts_.block(), attempt);
        sent += block.size();
        if (progress_) progress_(sent);
    });
    DotStuffer stuffer([&](std::string_view bytes) { blocks.write(bytes); });
    try {
        message.write([&](std::string_view bytes) { stuffer.write(bytes); });
    } catch (...) {
        is_open_ = false; // a partial message must not be taken for the whole
        throw;
    }
    stuffer.finish();
    blocks.flush();
    transcript_.sent("(" + std::to_string(message.size()) + " octets of message)");
    transcript_.sent(".");
}

Delivery Session::transfer(const Envelope& envelope, const Message& message)
{
    check_server_supports(envelope, message);
    reset_transaction();
    is_transaction_open_ = true;
    Delivery delivery;
    try {
        if (!open_transaction(envelope, message, delivery.refused)) return delivery;
        write_content(message);
        const std::string attempt = "send the message to " + link_.host;
        delivery.reply = read_reply(timeouts_.final_reply(), attempt);
        require(delivery.reply, ReplyClass::success, attempt, Exit::unavailable);
    } catch (const Failure& failure) {
        if (delivery.refused.empty()) throw;
        throw FailureAfterRefusals(failure, std::move(delivery.refused));
    }
    is_transaction_open_ = false;
    return delivery;
}

void Session::quit() noexcept
{
    if (!is_open_ || !link_.stream) return;
    is_open_ = false;
    try {
        const auto deadline = timeouts_.quit_reply();
        transcript_.sent("QUIT");
        link_.stream->write("QUIT\r\n", deadline);
        static_cast<void>(read_reply(deadline, "end the session"));
    } catch (const std::exception&) {
        return; // the server is slow or has closed the connection
    }
}

} // namespace mail
