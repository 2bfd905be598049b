// An SMTP session, the client's side (RFC 5321): each call is a step of the protocol. Whatever the
// server says that ends the session is a Failure with the server's own words.
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

/// How long each stage may take (RFC 5321 §4.5.3.2); or the user's own idea, for all of them.
class Patience {
public:
    Patience() = default;
    explicit Patience(std::optional<std::chrono::milliseconds> all) : all_(all) {}

    [[nodiscard]] net::Deadline greeting() const { return in(std::chrono::minutes(5)); }
    [[nodiscard]] net::Deadline command() const { return in(std::chrono::minutes(5)); }
    [[nodiscard]] net::Deadline data() const { return in(std::chrono::minutes(2)); }
    [[nodiscard]] net::Deadline block() const { return in(std::chrono::minutes(3)); }
    [[nodiscard]] net::Deadline verdict() const { return in(std::chrono::minutes(10)); }
    /// Whatever comes of it: nobody shall wait for that.
    [[nodiscard]] net::Deadline goodbye() const
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

struct Refusal {
    std::string recipient;
    Reply reply;
};

/// What became of a message that the server took, unless it has refused all recipients.
struct Delivery {
    Reply reply{}; // to the final dot
    std::vector<Refusal> refused{};
};

/// A failure for those who had not been refused before it.
class FailureAfterRefusals : public Failure {
public:
    FailureAfterRefusals(const Failure& failure, std::vector<Refusal> refused)
        : Failure(failure), refused_(std::move(refused))
    {
    }
    [[nodiscard]] const std::vector<Refusal>& refused() const { return refused_; }

private:
    std::vector<Refusal> refused_;
};

/// A connection to a server, in the clear or, for implicit TLS, private from the beginning.
struct Link {
    std::unique_ptr<net::Stream> stream;
    std::string host;                 // whom its certificate must name
    std::string own_name;             // for EHLO
    std::function<bool()> has_news{}; // asked while a message is sent: has the server spoken?
    bool is_private = false;
};

/// Why TLS could not be had, with the remedy if there is one.
[[nodiscard]] std::string tls_problem(const net::Error& error);

class Session {
public:
    Session(Link link, const Transcript& transcript, Patience patience);

    /// Waits for 220, says EHLO (HELO where that is not known).
    void greet();
    /// STARTTLS, then EHLO anew. What the server said in the clear behind its 220 ends the session:
    /// somebody else may have put it there.
    void start_tls(const std::string& authorities);
    /// One attempt. Throws Failure (Exit::no_login) unless the connection is private.
    void log_in(Login login);
    /// MAIL, RCPT, DATA, the message, unless all recipients are refused. Throws
    /// FailureAfterRefusals when some were refused before it failed, else Failure. With the
    /// connection intact another message may follow.
    [[nodiscard]] Delivery send(const Envelope& envelope, const Message& message);
    /// Says QUIT. Whatever comes of it, what was sent is sent.
    void quit() noexcept;

    [[nodiscard]] const Offer& offer() const { return offer_; }
    [[nodiscard]] bool is_private() const { return link_.is_private; }
    /// Whether another message can be sent.
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// Called with the count of bytes of the message that have been sent.
    void on_progress(std::function<void(std::uint64_t)> progress)
    {
        progress_ = std::move(progress);
    }

private:
    void say_hello();
    Reply ask(const std::string& command, const std::string& shown, const std::string& attempt);
    void write_commands(const std::vector<std::string>& commands, const std::string& attempt);
    Reply read_reply(net::Deadline deadline, const std::string& attempt);
    [[nodiscard]] Reply without_secrets(Reply reply) const;
    Reply answer_challenge(Login& login, const Reply& reply, const std::string& attempt);
    bool read_early_reply(Reply& reply, net::Deadline deadline);
    void send_bytes(std::string_view bytes, net::Deadline deadline, const std::string& attempt);
    [[noreturn]] void end_with(const Failure& failure);
    void require(const Reply& reply, Verdict verdict, const std::string& attempt, Exit refused);

    void check_can_carry(const Envelope& envelope, const Message& message) const;
    [[nodiscard]] std::string mail_command(const Envelope& envelope, const Message& message) const;
    Reply read_answer_to(const std::string& command, const std::string& attempt);
    bool open_transaction(const Envelope& envelope, const Message& message,
                          std::vector<Refusal>& refused);
    void forget_transaction();
    void send_content(const Message& message);
    bool has_spoken();
    void look_for_early_refusal(const std::string& attempt);

    Link link_;
    const Transcript& transcript_;
    Patience patience_;
    std::optional<net::Reader> reader_;
    Offer offer_{};
    std::vector<std::string> secrets_{}; // of a login under way
    bool is_open_ = true;
    bool is_dirty_ = false; // a transaction was begun and not finished
    std::function<void(std::uint64_t)> progress_{};
};

} // namespace mail
