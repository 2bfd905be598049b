// The server's side of an SMTP session (RFC 5321): accepts messages and delivers none. A safe local
// server for tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/stream.h"
#include "mailclient/sink/rules.h"
#include "mailclient/sink/store.h"

namespace mailsink {

/// Prints the transcript of a connection.
class Dialogue {
public:
    Dialogue(unsigned number, bool is_shown) : number_(number), is_shown_(is_shown) {}

    /// `speaker` is C (client), S (server) or * (a note). One write a line, so that lines of
    /// several connections do not mix. Control characters are escaped.
    void write(char speaker, std::string_view line) const;

private:
    unsigned number_;
    bool is_shown_;
};

class Session {
public:
    Session(std::unique_ptr<net::Stream> stream, const Rules& rules, MessageStore& store,
            const Dialogue& dialogue);

    /// Runs the session until the client sends QUIT or closes the connection.
    void serve();

private:
    [[nodiscard]] std::optional<std::string> read_line();
    void reply(int code, const std::vector<std::string>& lines);
    void reply(const ScriptedReply& answer) { reply(answer.code, {std::string(answer.text)}); }
    void flush();
    bool inject_fault(std::string_view stage, std::string_view recipient = {});
    void drop_at(std::string_view stage) const;

    void execute(const std::string& line);
    void hello(bool is_extended);
    void start_tls();
    void log_in(std::string_view arguments);
    void mail(std::string_view arguments);
    void recipient(std::string_view arguments);
    void data();
    void receive_message(MessageStore::Message& message);
    void reset_transaction();

    std::unique_ptr<net::Stream> stream_;
    const Rules& rules_;
    MessageStore& store_;
    const Dialogue& dialogue_;
    std::optional<net::Reader> reader_;
    std::string replies_{}; // not sent while commands are pending (RFC 2920 §3.2)
    bool is_open_ = true;
    bool is_encrypted_ = false;
    bool is_accepting_ = true;
    bool is_greeted_ = false;
    bool is_extended_ = false; // by EHLO
    bool is_logged_in_ = false;
    bool has_sender_ = false;
    bool accepts_utf8_ = false; // for the current message
    std::size_t recipients_ = 0;
};

} // namespace mailsink
