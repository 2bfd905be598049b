#include "mailclient/smtp/session.h"

#include <utility>

#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"

namespace mail {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_command = 510; // RFC 5321 §4.5.3.1.4, without CRLF
constexpr int closing = 421;                 // may come at any time, RFC 5321 §3.8
constexpr int login_required = 530;          // RFC 4954 §6

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
void Session::send_bytes(std::string_view bytes, net::Deadline deadline, const std::string& attempt)
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
    send_bytes(bytes, timeouts_.command(), attempt);
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

void Session::quit() noexcept
{
    if (!is_open_) return;
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
