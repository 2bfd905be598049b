// A channel of SMTP (RFC 5321 §2.3.8): commands out, replies in, with time-outs, the transcript and
// the end of the session in one place. What is sent when is session.h's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/stream.h"
#include "mailclient/failure.h"
#include "mailclient/login/login.h"
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

/// A connection to a server: without TLS or, for implicit TLS, encrypted from the first byte.
struct Link {
    std::unique_ptr<net::Stream> stream;
    std::string host;                  // its certificate must name it
    std::string own_name;              // for EHLO
    std::function<bool()> has_input{}; // checked while a message is sent: is there a reply?
    bool is_encrypted = false;
};

/// Whether TLS needs a valid certificate of the server.
enum class Verification { required, optional };

/// Why TLS failed, with the remedy if there is one.
[[nodiscard]] std::string tls_problem(const net::Error& error);

/// In all calls, `attempt` begins the error's text: "send EHLO to mail.example".
class Channel {
public:
    Channel(Link link, const Transcript& transcript, Timeouts timeouts);

    [[nodiscard]] const std::string& host() const { return link_.host; }
    [[nodiscard]] const std::string& own_name() const { return link_.own_name; }
    [[nodiscard]] bool is_encrypted() const { return link_.is_encrypted; }
    [[nodiscard]] const Timeouts& timeouts() const { return timeouts_; }
    [[nodiscard]] const Transcript& transcript() const { return transcript_; }

    /// Whether commands can be sent.
    [[nodiscard]] bool is_open() const { return is_open_; }
    /// Ends the session, even if replies are outstanding, without a word to the server.
    void close() { is_open_ = false; }
    [[noreturn]] void close_with(const Failure& failure);

    /// Sends a command and reads the reply; the transcript has `shown` instead of the command.
    /// This call and the next ones throw Failure, and close the channel, when the connection breaks
    /// or the server does not keep to the protocol.
    Reply exchange(const std::string& command, const std::string& shown,
                   const std::string& attempt);
    void write_commands(std::span<const std::string> commands, const std::string& attempt);
    /// When the write fails, a reply that came early may give the reason.
    void write(std::string_view bytes, net::Deadline deadline, const std::string& attempt);
    Reply read_reply(net::Deadline deadline, const std::string& attempt);
    /// Throws Failure unless the reply is of the class `wanted`; `refused` is the exit status of a
    /// 5yz.
    void require(const Reply& reply, ReplyClass wanted, const std::string& attempt, Exit refused);

    /// Whether the server has sent a reply that is not read yet.
    [[nodiscard]] bool has_early_reply();
    /// Starts TLS behind the server's 220. Bytes that followed it end the session: an attacker may
    /// have injected them. Returns the problem of the certificate, which is none if the
    /// verification is required.
    std::string start_tls(const std::string& authorities, Verification verification,
                          const std::string& attempt);
    /// QUIT and its reply, which changes nothing: errors are ignored.
    void quit() noexcept;

    /// From now on the text is shown as stars, also where the server echoes it.
    void hide(std::string secret) { secrets_.push_back(std::move(secret)); }
    void end_hiding() { secrets_.clear(); }
    [[nodiscard]] std::string shown(std::string_view text) const { return masked(text, secrets_); }
    [[nodiscard]] Reply shown(Reply reply) const;

private:
    bool read_early_reply(Reply& reply, net::Deadline deadline);

    Link link_;
    const Transcript& transcript_;
    Timeouts timeouts_;
    std::optional<net::Reader> reader_;
    std::vector<std::string> secrets_{}; // of a login in progress
    bool is_open_ = true;
    bool has_received_ = false;  // a reply
    bool expects_offer_ = false; // the next reply is that to EHLO
};

} // namespace mail
