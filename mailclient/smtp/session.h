// The client's side of an SMTP session (RFC 5321): each call is a step of the protocol. A reply
// that refuses a step throws a Failure with the reply's text.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/stream.h"
#include "mailclient/failure.h"
#include "mailclient/login/login.h"
#include "mailclient/message/message.h"
#include "mailclient/smtp/reply.h"
#include "mailclient/smtp/transcript.h"

namespace mail {

/// The time-out of each stage (RFC 5321 §4.5.3.2), or one from the user for all of them.
class Timeouts {
public:
    Timeouts() = default;
    explicit Timeouts(std::optional<std::chrono::milliseconds> all) : all_(all) {}

    [[nodiscard]] net::Deadline greeting() const { return in(std::chrono::minutes(5)); }
    [[nodiscard]] net::Deadline command() const { return in(std::chrono::minutes(5)); }
    [[nodiscard]] net::Deadline data() const { return in(std::chrono::minutes(2)); }
    [[nodiscard]] net::Deadline block() const { return in(std::chrono::minutes(3)); }
    [[nodiscard]] net::Deadline final_reply() const { return in(std::chrono::minutes(10)); }
    /// At most 5 seconds: the reply to QUIT changes nothing.
    [[nodiscard]] net::Deadline quit_reply() const
    {
        return net::Deadline::earlier(in(std::chrono::seconds(5)),
                                      net::Deadline::in(std::chrono::seconds(5)));
    }

private:
    [[nodiscard]] net::Deadline in(std::chrono::milliseconds usual) const
    {
        return net::Deadline::in(all_.value_or(usual));
    }
    std::optional<std::chrono::milliseconds> all_{};
};

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

/// A connection to a server: without TLS or, for implicit TLS, encrypted from the first byte.
struct Link {
    std::unique_ptr<net::Stream> stream;
    std::string host;                  // its certificate must name it
    std::string own_name;              // for EHLO
    std::function<bool()> has_input{}; // checked while a message is sent: is there a reply?
    bool is_encrypted = false;
};

/// Why TLS failed, with the remedy if there is one.
[[nodiscard]] std::string tls_problem(const net::Error& error);

class Session {
public:
    Session(Link link, const Transcript& transcript, Timeouts timeouts);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Sends QUIT if the session is open: also after a refusal (RFC 5321 §3.1).
    ~Session();

    /// Waits for 220, sends EHLO (HELO if the server does not know it).
    void greet();
    /// STARTTLS, then EHLO again. Data after the server's 220 ends the session: an attacker
    /// may have injected it.
    void start_tls(const std::string& authorities);
    /// Makes one attempt. Throws Failure: Exit::no_login when the connection is not encrypted or
    /// the server refuses permanently, Exit::temporary when it refuses for now.
    void log_in(Login login);
    /// MAIL, RCPT, DATA and the message, unless all recipients are refused. Throws
    /// FailureAfterRefusals when some were refused before it failed, else Failure. Another message
    /// may follow if is_open().
    [[nodiscard]] Delivery transfer(const Envelope& envelope, const Message& message);
    /// Sends QUIT. Errors are ignored: they do not affect the messages sent before.
    void quit() noexcept;

    [[nodiscard]] const Offer& offer() const { return offer_; }
    [[nodiscard]] bool is_encrypted() const { return link_.is_encrypted; }
    /// Whether another message can be sent.
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// Called with the number of message bytes sent so far.
    void on_progress(std::function<void(std::uint64_t)> progress)
    {
        progress_ = std::move(progress);
    }

private:
    void identify();
    Reply exchange(const std::string& command, const std::string& shown,
                   const std::string& attempt);
    void write_commands(const std::vector<std::string>& commands, const std::string& attempt);
    Reply read_reply(net::Deadline deadline, const std::string& attempt);
    [[nodiscard]] Reply without_secrets(Reply reply) const;
    Reply answer_challenge(Login& login, const Reply& reply, const std::string& attempt);
    bool read_early_reply(Reply& reply, net::Deadline deadline);
    void write(std::string_view bytes, net::Deadline deadline, const std::string& attempt);
    [[noreturn]] void close_with(const Failure& failure);
    void require(const Reply& reply, ReplyClass wanted, const std::string& attempt, Exit refused);

    void check_server_supports(const Envelope& envelope, const Message& message) const;
    [[nodiscard]] std::string mail_command(const Envelope& envelope, const Message& message) const;
    Reply read_reply_to(const std::string& command, const std::string& attempt);
    bool open_transaction(const Envelope& envelope, const Message& message,
                          std::vector<RefusedRecipient>& refused);
    void reset_transaction();
    void write_content(const Message& message);
    bool has_early_reply();
    void check_for_early_reply(const std::string& attempt);

    Link link_;
    const Transcript& transcript_;
    Timeouts timeouts_;
    std::optional<net::Reader> reader_;
    Offer offer_{};
    std::vector<std::string> secrets_{}; // of a login in progress
    bool is_open_ = true;
    bool is_transaction_open_ = false; // a transaction is unfinished
    std::function<void(std::uint64_t)> progress_{};
};

} // namespace mail
