// The client's side of an SMTP session (RFC 5321): each call is a step of the protocol. A reply
// that refuses a step throws a Failure with the reply's text.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mailclient/login/login.h"
#include "mailclient/message/message.h"
#include "mailclient/smtp/channel.h"

namespace mail {

struct Envelope {
    std::string sender; // "ada@example.org"
    std::vector<std::string> recipients;
    bool needs_utf8 = false;
};

struct RefusedRecipient {
    std::string recipient;
    Reply reply;
};

/// The result of a transaction. The server accepted the message unless it refused all recipients.
struct Delivery {
    Reply reply{}; // to the final dot
    std::vector<RefusedRecipient> refused{};
    /// Recipients beyond the server's limit, asked for or not, with the reply that set the limit.
    std::vector<RefusedRecipient> postponed{};
};

/// A failure for the recipients that had not been refused before it.
class FailureAfterRefusals : public Failure {
public:
    FailureAfterRefusals(const Failure& failure, std::vector<RefusedRecipient> refused)
        : Failure(failure), refused_(std::move(refused))
    {
    }
    [[nodiscard]] const std::vector<RefusedRecipient>& refused() const { return refused_; }

private:
    std::vector<RefusedRecipient> refused_;
};

class Session {
public:
    Session(Link link, const Transcript& transcript, Timeouts timeouts)
        : channel_(std::move(link), transcript, timeouts)
    {
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Sends QUIT if the session is open: also after a refusal (RFC 5321 §3.1).
    ~Session() { quit(); }

    /// Waits for 220, sends EHLO (HELO if the server does not know it).
    void greet();
    /// STARTTLS, then EHLO again. Data after the server's 220 ends the session: an attacker
    /// may have injected it. With optional verification, the transcript notes that the server is
    /// not verified.
    void start_tls(const std::string& authorities,
                   Verification verification = Verification::required);
    /// Makes one attempt. Throws Failure: Exit::no_login when the connection is not encrypted or
    /// the server refuses permanently, Exit::temporary when it refuses for now.
    void log_in(Login login);
    /// MAIL, RCPT, DATA and the message, unless all recipients are refused. After a recipient
    /// beyond the server's limit no more are asked for in this transaction. Throws
    /// FailureAfterRefusals when some were refused before it failed, else Failure. Another message
    /// may follow if is_open().
    [[nodiscard]] Delivery transfer(const Envelope& envelope, const Message& message);
    /// Sends QUIT. Errors are ignored: they do not affect the messages sent before.
    void quit() noexcept { channel_.quit(); }

    [[nodiscard]] const Offer& offer() const { return offer_; }
    [[nodiscard]] bool is_encrypted() const { return channel_.is_encrypted(); }
    /// Whether another message can be sent.
    [[nodiscard]] bool is_open() const { return channel_.is_open(); }
    /// The server ended the session before it accepted the sender of the last message.
    [[nodiscard]] bool has_ended_between_messages() const { return !is_open() && !has_sender_; }
    /// Called with the number of message bytes sent so far.
    void on_progress(std::function<void(std::uint64_t)> progress)
    {
        progress_ = std::move(progress);
    }

private:
    void identify();
    [[nodiscard]] std::string other_ways(const Reply& reply, const Login& login) const;
    Reply answer_challenge(Login& login, const Reply& reply, const std::string& attempt,
                           std::string& reason);

    void check_server_supports(const Envelope& envelope, const Message& message) const;
    [[nodiscard]] std::string mail_command(const Envelope& envelope, const Message& message) const;
    Reply read_reply_to(const std::string& command, const std::string& attempt);
    void record(const std::string& recipient, const Reply& reply, Delivery& delivery);
    bool open_transaction(const Envelope& envelope, const Message& message, Delivery& delivery);
    void reset_transaction();
    void write_content(const Message& message);
    void check_for_early_reply(const std::string& attempt);

    Channel channel_;
    Offer offer_{};
    bool is_transaction_open_ = false; // a transaction is unfinished
    bool has_sender_ = false;          // the server accepted MAIL in the last transaction
    std::size_t accepted_ = 0;         // recipients in that transaction
    std::function<void(std::uint64_t)> progress_{};
};

} // namespace mail
