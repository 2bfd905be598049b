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

void Session::send_content(const Message& message)
{
    const std::string attempt = "send the message to " + link_.host;
    std::uint64_t sent = 0;
    Blocks blocks([&](std::string_view block) { // the last block has the final dot
        check_for_early_reply(attempt);
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
    check_server_supports(envelope, message);
    reset_transaction();
    is_transaction_open_ = true;
    Delivery delivery;
    try {
        if (!open_transaction(envelope, message, delivery.refused)) return delivery;
        send_content(message);
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

} // namespace mail
