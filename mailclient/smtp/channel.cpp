#include "mailclient/smtp/channel.h"

#include <utility>

#include "common/text/printable.h"
#include "common/tls/tls.h"

namespace mail {
namespace {

using namespace std::chrono_literals;

constexpr int closing = 421;        // may come at any time, RFC 5321 §3.8
constexpr int login_required = 530; // RFC 4954 §6

std::string with_remedy(const Reply& reply)
{
    std::string text = reply.text();
    if (reply.code != login_required) return text;
    const bool wants_tls = text.find("STARTTLS") != std::string::npos;
    return text + (wants_tls ? " (TLS comes first: --tls require)" : " (log in with --user)");
}

} // namespace

std::string tls_problem(const net::Error& error)
{
    std::string what = error.what();
    const auto says = [&](const char* words) { return what.find(words) != std::string::npos; };
    if (says("self-signed") || says("unknown authority"))
        return what + " (--ca FILE trusts another authority)";
    if (says("wrong version number")) // OpenSSL's words for bytes that are not TLS
        return what + " (the server does not begin with TLS: smtp://HOST starts it later)";
    return what;
}

Channel::Channel(Link link, const Transcript& transcript, Timeouts timeouts)
    : link_(std::move(link)), transcript_(transcript), timeouts_(timeouts), reader_(*link_.stream)
{
}

void Channel::close_with(const Failure& failure)
{
    is_open_ = false;
    throw Failure(failure);
}

void Channel::require(const Reply& reply, ReplyClass wanted, const std::string& attempt,
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
Reply Channel::shown(Reply reply) const
{
    if (secrets_.empty()) return reply;
    for (std::string& line : reply.lines)
        line = masked(line, secrets_);
    return reply;
}

Reply Channel::read_reply(net::Deadline deadline, const std::string& attempt)
try {
    for (;;) {
        auto parsed = parse_reply(reader_->buffered());
        if (parsed.status == ParsedReply::Status::complete) {
            reader_->consume(parsed.size);
            const Reply safe = shown(parsed.reply);
            transcript_.received(safe, std::exchange(expects_offer_, false));
            has_received_ = true;
            if (safe.code == closing) close_with({Exit::temporary, attempt + ": " + safe.text()});
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
    const bool may_expect_tls = !has_received_ && !link_.is_encrypted;
    close_with({Exit::temporary,
                attempt + ": the server did not reply in time" +
                    (may_expect_tls ? " (it is silent if it expects TLS: smtps://HOST)" : "")});
} catch (const net::Error& error) {
    close_with({Exit::temporary, attempt + ": " + error.what()});
}

/// Reads a reply that is buffered or arrives by the deadline; false when there is none.
bool Channel::read_early_reply(Reply& reply, net::Deadline deadline)
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

void Channel::write(std::string_view bytes, net::Deadline deadline, const std::string& attempt)
try {
    link_.stream->write(bytes, deadline);
} catch (const net::Error& error) {
    is_open_ = false;
    Reply reply;
    if (read_early_reply(reply, net::Deadline::in(2s)))
        require(reply, ReplyClass::intermediate, attempt, Exit::unavailable);
    close_with({Exit::temporary, attempt + ": " + error.what()});
}

void Channel::write_commands(std::span<const std::string> commands, const std::string& attempt)
{
    const auto early = parse_reply(reader_->buffered());
    if (!reader_->buffered().empty() && early.reply.code != closing)
        close_with({Exit::protocol, attempt + ": the server sent an unsolicited reply: '" +
                                        shown(early.reply).text() + "'"});
    std::string bytes;
    for (const std::string& command : commands)
        bytes += command + "\r\n";
    write(bytes, timeouts_.command(), attempt);
}

Reply Channel::exchange(const std::string& command, const std::string& shown_command,
                        const std::string& attempt)
{
    transcript_.sent(shown_command);
    write_commands(std::span(&command, 1), attempt);
    expects_offer_ = command.starts_with("EHLO");
    return read_reply(timeouts_.command(), attempt);
}

bool Channel::has_early_reply()
try {
    const bool has_input = link_.has_input && link_.has_input();
    if (reader_->buffered().empty() && has_input) reader_->fill(net::Deadline::in({}));
    return !reader_->buffered().empty();
} catch (const net::Error&) {
    return false; // TLS handshake data or a broken connection; the next write reports it
}

std::string Channel::start_tls(const std::string& authorities, Verification verification,
                               const std::string& attempt)
{
    if (!reader_->buffered().empty())
        close_with({Exit::protocol, attempt +
                                        ": the server's reply is followed by more data, which "
                                        "an attacker may have injected"});
    net::UnverifiedTls tls;
    try {
        if (verification == Verification::required)
            tls.stream = net::start_tls(std::move(link_.stream), link_.host, authorities,
                                        timeouts_.command());
        else
            tls = net::start_unverified_tls(std::move(link_.stream), link_.host, authorities,
                                            timeouts_.command());
    } catch (const net::Timeout&) {
        close_with({Exit::temporary, attempt + ": the server did not reply in time"});
    } catch (const net::Error& error) {
        close_with({Exit::unavailable, tls_problem(error)});
    }
    link_.stream = std::move(tls.stream);
    reader_.emplace(*link_.stream);
    link_.is_encrypted = true;
    return tls.problem;
}

void Channel::quit() noexcept
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
