#include "mailclient/smtp/session.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"
#include "mailclient/message/dot_stuffer.h"

namespace mail {
namespace {

constexpr std::size_t longest_command = 510; // RFC 5321 §4.5.3.1.4, without CRLF

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

} // namespace

void Session::greet()
{
    const std::string attempt = "read the greeting of " + channel_.host();
    channel_.require(channel_.read_reply(channel_.timeouts().greeting(), attempt),
                     ReplyClass::success, attempt, Exit::unavailable);
    identify();
}

void Session::identify()
{
    const std::string attempt = "send EHLO to " + channel_.host();
    const std::string ehlo = "EHLO " + channel_.own_name();
    Reply reply = channel_.exchange(ehlo, ehlo, attempt);
    if (reply.reply_class() == ReplyClass::permanent_failure) { // RFC 5321 §3.2
        offer_ = {};
        const std::string helo = "HELO " + channel_.own_name();
        return channel_.require(channel_.exchange(helo, helo, attempt), ReplyClass::success,
                                attempt, Exit::unavailable);
    }
    channel_.require(reply, ReplyClass::success, attempt, Exit::unavailable);
    offer_ = parse_offer(reply);
}

void Session::start_tls(const std::string& authorities, Verification verification)
{
    const std::string attempt = "start TLS with " + channel_.host();
    channel_.require(channel_.exchange("STARTTLS", "STARTTLS", attempt), ReplyClass::success,
                     attempt, Exit::unavailable);
    const std::string problem = channel_.start_tls(authorities, verification, attempt);
    channel_.transcript().note("TLS started: from here on the session is encrypted (" +
                               net::tls_version() + ")");
    if (!problem.empty())
        channel_.transcript().note("the server is not verified, so an attacker may pose as it: " +
                                   problem);
    identify();
}

void Session::log_in(Login login)
{
    const std::string attempt = "log in to " + channel_.host() + " by " + login.mechanism;
    if (!channel_.is_encrypted())
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

    for (const std::string& secret : login.secrets)
        channel_.hide(secret);
    if (initial) channel_.hide(coded);
    const std::string shown = initial && fits ? " ***" : "";
    Reply reply = channel_.exchange(command, "AUTH " + login.mechanism + shown, attempt);
    std::string reason; // of a server that refuses a token: JSON, RFC 7628 §3.2.2
    while (reply.reply_class() == ReplyClass::intermediate)
        reply = answer_challenge(login, reply, attempt, reason);
    try {
        channel_.require(channel_.shown(reply), ReplyClass::success, attempt, Exit::no_login);
    } catch (const Failure& failure) {
        throw Failure(failure.status(), failure.what() + reason + other_ways(reply, login));
    }
    if (login.needs_proof && !login.answers.empty())
        channel_.close_with(
            {Exit::no_login, attempt + ": the server did not prove that it knows the password, "
                                       "so it may be an impostor"});
    channel_.end_hiding();
}

/// The mechanisms that the user can try after a refusal of the credentials or the mechanism.
std::string Session::other_ways(const Reply& reply, const Login& login) const
{
    constexpr int unknown_mechanism = 504;
    constexpr int wrong_credentials = 535;
    const std::string others = other_mechanisms(offer_.logins, login.mechanism);
    const bool may_help = reply.code == unknown_mechanism || reply.code == wrong_credentials;
    return may_help && !others.empty() ? " (--auth: the server also offers " + others + ")" : "";
}

/// A challenge without an answer cancels the login (RFC 4954 §4). Prompts such as "Username:" need
/// not be base64 for mechanisms whose answers do not depend on them: some servers' are not.
Reply Session::answer_challenge(Login& login, const Reply& reply, const std::string& attempt,
                                std::string& reason)
{
    const auto challenge = net::base64_decoded(reply.lines.back());
    std::string coded;
    try {
        if (login.answers.empty() || (login.needs_challenge && !challenge))
            throw Failure(Exit::protocol, attempt + ": the server sent an unexpected challenge");
        if (challenge && challenge->starts_with('{')) {
            reason = ", " + net::printable_line(channel_.shown(*challenge));
            channel_.transcript().note("decoded: " + channel_.shown(*challenge));
        }
        const auto answer = std::exchange(login.answers.front(), {});
        login.answers.pop_front();
        coded = net::base64(answer(challenge.value_or("")));
    } catch (const Failure&) {
        channel_.exchange("*", "*", attempt);
        throw;
    }
    channel_.hide(coded);
    return channel_.exchange(coded, "***", attempt);
}

void Session::check_server_supports(const Envelope& envelope, const Message& message) const
{
    const auto refuse = [this](const std::string& why) {
        throw Failure(Exit::unavailable, "send through " + channel_.host() + ": " + why);
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
    Reply reply = channel_.read_reply(
        is_data ? channel_.timeouts().data() : channel_.timeouts().command(), step);
    if (reply.reply_class() == ReplyClass::intermediate && command.starts_with("RCPT"))
        channel_.require(reply, ReplyClass::success, step, Exit::unavailable);
    return reply;
}

/// The reply to RCPT.
void Session::record(const std::string& recipient, const Reply& reply, Delivery& delivery)
{
    if (reply.is_success()) {
        ++accepted_;
        return;
    }
    const bool is_beyond_limit = accepted_ > 0 && is_too_many_recipients(reply);
    (is_beyond_limit ? delivery.postponed : delivery.refused).push_back({recipient, reply});
}

/// The steps from MAIL to the 354; collects the recipients that are not accepted. False when all
/// are refused.
bool Session::open_transaction(const Envelope& envelope, const Message& message, Delivery& delivery)
{
    std::vector<std::string> commands{mail_command(envelope, message)};
    for (const std::string& recipient : envelope.recipients)
        commands.push_back("RCPT TO:<" + recipient + ">");
    commands.emplace_back("DATA");

    const std::string attempt = "send through " + channel_.host();
    const std::size_t depth = offer_.pipelining ? pipeline_depth : 1;
    std::vector<Reply> replies;
    const auto is_refused = [&] {
        return !replies.empty() && (!replies.front().is_success() ||
                                    delivery.refused.size() == envelope.recipients.size());
    };
    const auto send = [&](std::span<const std::string> group) {
        for (const std::string& command : group)
            channel_.transcript().sent(command);
        channel_.write_commands(group, attempt);
        for (const std::string& command : group) {
            replies.push_back(read_reply_to(command, attempt));
            if (replies.size() == 1) has_sender_ = replies.back().is_success();
            if (command.starts_with("RCPT"))
                record(envelope.recipients[replies.size() - 2], replies.back(), delivery);
        }
    };
    try {
        const std::span all(commands);
        while (replies.size() < all.size() && !is_refused() && delivery.postponed.empty())
            send(all.subspan(replies.size(), std::min(depth, all.size() - replies.size())));
        const bool has_data = replies.size() == all.size();
        if (!has_data && !is_refused()) { // the server's limit is reached
            for (std::size_t next = replies.size() - 1; next < envelope.recipients.size(); ++next)
                delivery.postponed.push_back(
                    {envelope.recipients[next], delivery.postponed.front().reply});
            send(all.last(1));
        }
        const bool accepts_data =
            has_data && replies.back().reply_class() == ReplyClass::intermediate;
        if (is_refused() && accepts_data) { // RFC 2920 §3.1: an accepted DATA must be ended
            const std::string end = ".";
            channel_.transcript().sent(end);
            channel_.write_commands(std::span(&end, 1), attempt);
            static_cast<void>(channel_.read_reply(channel_.timeouts().final_reply(), attempt));
        }
    } catch (const Failure&) {
        if (!is_refused()) throw; // else the result is known; the session has ended
    }
    if (!replies.front().is_success()) delivery = {}; // they follow from the refused sender
    channel_.require(replies.front(), ReplyClass::success, attempt + ", " + commands.front(),
                     Exit::unavailable);
    if (is_refused()) return false;
    channel_.require(replies.back(), ReplyClass::intermediate, attempt + ", DATA",
                     Exit::unavailable);
    return true;
}

void Session::reset_transaction()
{
    if (!is_transaction_open_) return;
    const std::string attempt = "reset the transaction with " + channel_.host();
    channel_.require(channel_.exchange("RSET", "RSET", attempt), ReplyClass::success, attempt,
                     Exit::unavailable);
    is_transaction_open_ = false;
}

/// A reply before the message's end reports an error. It never accepts the message, which the
/// server has not received in full.
void Session::check_for_early_reply(const std::string& attempt)
{
    if (!channel_.has_early_reply()) return;
    channel_.close(); // a partial message cannot be cancelled
    const Reply reply = channel_.read_reply(channel_.timeouts().command(), attempt);
    const bool refuses = reply.reply_class() == ReplyClass::transient_failure ||
                         reply.reply_class() == ReplyClass::permanent_failure;
    if (refuses) channel_.require(reply, ReplyClass::success, attempt, Exit::unavailable);
    channel_.close_with(
        {Exit::protocol,
         attempt + ": the server replied before the end of the message: " + reply.text()});
}

void Session::write_content(const Message& message)
{
    const std::string attempt = "send the message to " + channel_.host();
    std::uint64_t sent = 0;
    Blocks blocks([&](std::string_view block) { // the last block has the final dot
        check_for_early_reply(attempt);
        channel_.write(block, channel_.timeouts().block(), attempt);
        sent += block.size();
        if (progress_) progress_(sent);
    });
    DotStuffer stuffer([&](std::string_view bytes) { blocks.write(bytes); });
    try {
        message.write([&](std::string_view bytes) { stuffer.write(bytes); });
    } catch (...) {
        channel_.close(); // a partial message must not be taken for the whole
        throw;
    }
    stuffer.finish();
    blocks.flush();
    channel_.transcript().sent("(" + std::to_string(message.size()) + " octets of message)");
    channel_.transcript().sent(".");
}

Delivery Session::transfer(const Envelope& envelope, const Message& message)
{
    check_server_supports(envelope, message);
    has_sender_ = false;
    accepted_ = 0;
    reset_transaction();
    is_transaction_open_ = true;
    Delivery delivery;
    try {
        if (!open_transaction(envelope, message, delivery)) return delivery;
        write_content(message);
        const std::string attempt = "send the message to " + channel_.host();
        delivery.reply = channel_.read_reply(channel_.timeouts().final_reply(), attempt);
        channel_.require(delivery.reply, ReplyClass::success, attempt, Exit::unavailable);
    } catch (const Failure& failure) {
        if (delivery.refused.empty()) throw;
        throw FailureAfterRefusals(failure, std::move(delivery.refused));
    }
    is_transaction_open_ = false;
    return delivery;
}

} // namespace mail
