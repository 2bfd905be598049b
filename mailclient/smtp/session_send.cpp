// The part of a session that sends one message: MAIL, RCPT, DATA, the content, and the final reply.
#include <algorithm>
#include <utility>

#include "mailclient/message/dot_stuffer.h"
#include "mailclient/smtp/session.h"

namespace mail {
namespace {

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

void Session::check_can_carry(const Envelope& envelope, const Message& message) const
{
    const auto refuse = [this](const std::string& why) {
        throw Failure(Exit::unavailable, "send through " + link_.host + ": " + why);
    };
    if (offer_.most > 0 && message.size() > offer_.most)
        refuse("the message has " + std::to_string(message.size()) + " octets, the server takes " +
               std::to_string(offer_.most) + " at most");
    if (message.is_8bit() && !offer_.eight_bit)
        refuse("the message has bytes above 127, which the server does not take (8BITMIME)");
    if (envelope.needs_utf8 && !offer_.utf8)
        refuse("an address is not ASCII, which the server does not know (SMTPUTF8)");
    if (message.has_utf8_header() && !offer_.utf8)
        refuse("the message's header is not ASCII, which the server does not know (SMTPUTF8)");
}

std::string Session::mail_command(const Envelope& envelope, const Message& message) const
{
    std::string command = "MAIL FROM:<" + envelope.sender + ">";
    if (offer_.takes_size) command += " SIZE=" + std::to_string(message.size());
    if (message.is_8bit()) command += " BODY=8BITMIME";
    if (envelope.needs_utf8 || message.has_utf8_header()) command += " SMTPUTF8";
    return command;
}

/// Reads the reply to a command of a transaction; a 3yz reply to RCPT is a protocol error.
Reply Session::read_answer_to(const std::string& command, const std::string& attempt)
{
    std::string step = attempt;
    step += ", ";
    step += command;
    const bool is_data = command == "DATA";
    Reply reply = read_reply(is_data ? timeouts_.data() : timeouts_.command(), step);
    if (reply.verdict() == ReplyClass::go_on && command.starts_with("RCPT"))
        require(reply, ReplyClass::done, step, Exit::unavailable);
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
    const auto is_hopeless = [&] {
        return !replies.empty() &&
               (!replies.front().is_done() || refused.size() == envelope.recipients.size());
    };
    try {
        while (replies.size() < commands.size() && !is_hopeless()) {
            const auto begin = commands.begin() + std::ssize(replies);
            const auto count = std::min(depth, commands.size() - replies.size());
            const std::vector<std::string> group(begin, begin + static_cast<std::ptrdiff_t>(count));
            for (const std::string& command : group)
                transcript_.sent(command);
            write_commands(group, attempt);
            for (const std::string& command : group) {
                replies.push_back(read_answer_to(command, attempt));
                if (!command.starts_with("RCPT") || replies.back().is_done()) continue;
                refused.push_back({envelope.recipients[replies.size() - 2], replies.back()});
            }
        }
        const bool is_invited =
            replies.size() == commands.size() && replies.back().verdict() == ReplyClass::go_on;
        if (is_hopeless() && is_invited) { // RFC 2920 §3.1: an accepted DATA must be ended
            transcript_.sent(".");
            write_commands({"."}, attempt);
            static_cast<void>(read_reply(timeouts_.verdict(), attempt));
        }
    } catch (const Failure&) {
        if (!is_hopeless()) throw; // else the result is known, and the session is over
    }
    if (!replies.front().is_done()) refused.clear(); // without a sender they mean nothing
    require(replies.front(), ReplyClass::done, attempt + ", " + commands.front(),
            Exit::unavailable);
    if (is_hopeless()) return false;
    require(replies.back(), ReplyClass::go_on, attempt + ", DATA", Exit::unavailable);
    return true;
}

void Session::forget_transaction()
{
    if (!is_dirty_) return;
    const std::string attempt = "begin anew with " + link_.host;
    require(ask("RSET", "RSET", attempt), ReplyClass::done, attempt, Exit::unavailable);
    is_dirty_ = false;
}

/// Whether the server has sent an unsolicited reply.
bool Session::has_spoken()
try {
    const bool has_input = link_.has_input && link_.has_input();
    if (reader_->buffered().empty() && has_input) reader_->fill(net::Deadline::in({}));
    return !reader_->buffered().empty();
} catch (const net::Error&) {
    return false; // TLS handshake data or a broken connection; the next write reports it
}

/// A reply before the message's end reports an error. It never accepts the message, which the
/// server has not received in full.
void Session::look_for_early_refusal(const std::string& attempt)
{
    if (!has_spoken()) return;
    is_open_ = false; // a partial message cannot be cancelled
    const Reply reply = read_reply(timeouts_.command(), attempt);
    const bool refuses =
        reply.verdict() == ReplyClass::not_now || reply.verdict() == ReplyClass::never;
    if (refuses) require(reply, ReplyClass::done, attempt, Exit::unavailable);
    end_with({Exit::protocol, attempt + ": the server speaks before its end: " + reply.text()});
}

void Session::send_content(const Message& message)
{
    const std::string attempt = "send the message to " + link_.host;
    std::uint64_t sent = 0;
    Blocks blocks([&](std::string_view block) { // the last block has the final dot
        look_for_early_refusal(attempt);
        send_bytes(block, timeouts_.block(), attempt);
        sent += block.size();
        if (progress_) progress_(sent);
    });
    DotStuffer stuffer([&](std::string_view bytes) { blocks.write(bytes); });
    try {
        message.write([&](std::string_view bytes) { stuffer.write(bytes); });
    } catch (const Failure&) {
        is_open_ = false; // a partial message must not be taken for the whole
        throw;
    }
    stuffer.finish();
    blocks.flush();
    transcript_.sent("(" + std::to_string(message.size()) + " octets of message)");
    transcript_.sent(".");
}

Delivery Session::send(const Envelope& envelope, const Message& message)
{
    check_can_carry(envelope, message);
    forget_transaction();
    is_dirty_ = true;
    Delivery delivery;
    try {
        if (!open_transaction(envelope, message, delivery.refused)) return delivery;
        send_content(message);
        const std::string attempt = "send the message to " + link_.host;
        delivery.reply = read_reply(timeouts_.verdict(), attempt);
        require(delivery.reply, ReplyClass::done, attempt, Exit::unavailable);
    } catch (const Failure& failure) {
        if (delivery.refused.empty()) throw;
        throw FailureAfterRefusals(failure, std::move(delivery.refused));
    }
    is_dirty_ = false;
    return delivery;
}

} // namespace mail
