// The other side of a mail client under test: a server in the test process that answers by a table,
// however wrong, and our own sink.
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/tcp_socket.h"
#include "common/tls/tls.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// What a server says: bytes as they go over the wire, by the beginning of the client's line ("RCPT
/// TO:<bob" before "RCPT"); "greeting" and "." (behind a message) as well. What is not there is
/// answered as it should be.
using Manners = std::map<std::string, std::string>;

/// In an answer: the connection is closed here.
inline const std::string hangs_up = "<hangs up>";
/// An answer that never comes.
inline const std::string silence = "<silence>";
/// Between answers that come one after the other, the last one for ever.
inline const std::string then = "<then>";

class MailServer {
public:
    /// TLS is spoken with `identity`, after STARTTLS or from the first byte.
    enum class Tls { none, starttls, implicit };
    explicit MailServer(Manners manners = {}, Tls tls = Tls::none,
                        std::optional<net::Identity> identity = {},
                        const std::string& bind = "127.0.0.1");
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "127.0.0.1:PORT".
    [[nodiscard]] std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
    /// The commands of all clients so far, line by line.
    [[nodiscard]] std::vector<std::string> lines() const;
    /// Their messages, dots taken off, with CRLF.
    [[nodiscard]] std::vector<std::string> messages() const;
    [[nodiscard]] std::size_t connections() const;
    /// Waits until the server has received all that its clients sent before they left.
    void wait_for_end() const;

private:
    struct Talk;
    void run();
    void serve(net::TcpStream& client);
    void converse(Talk& talk);
    [[nodiscard]] std::string answer_to(const std::string& line, const std::string& usual);
    void receive_message(Talk& talk);
    void note(std::vector<std::string>& list, const std::string& text);

    Tls tls_;
    std::optional<net::Identity> identity_;
    net::TcpListener listener_;
    std::uint16_t port_;
    mutable std::mutex mutex_; // guards what follows
    Manners manners_;
    std::vector<std::string> lines_;
    std::vector<std::string> messages_;
    std::size_t ended_ = 0; // conversations
    mutable std::condition_variable one_more_ended_;
    bool is_over_ = false;
    std::list<net::TcpStream> clients_; // as long as their threads
    std::vector<std::thread> threads_;
    std::thread listening_;
};

/// Our sink on a free port with a folder of its own.
class Sink {
public:
    explicit Sink(const std::vector<std::string>& arguments = {}, const std::string& password = "");

    [[nodiscard]] std::string name() const { return "localhost:" + port_; }
    [[nodiscard]] std::string ca() const { return (folder_.path() / "ca.pem").string(); }
    /// A message that it has kept, counted from 1; empty when there is none.
    [[nodiscard]] std::string message(int number) const;
    [[nodiscard]] std::string dialogue() const { return process_.out(); }
    Process& process() { return process_; }

private:
    ScratchFolder folder_;
    Process process_;
    std::string port_;
};

/// Runs the client under test with no password, address or terminal of the user's. `input` is its
/// standard input.
Outcome mailclient(const std::vector<std::string>& arguments, const std::string& input = "",
                   const std::string& environment = "");

/// From Ada to Bob through `server`, with more arguments.
Outcome send_to(const std::string& server, std::vector<std::string> more = {});

/// The same as the assignment has it: a text from Ada to Bob, with any program whose command has
/// the placeholders {host}, {port}, {from}, {to}, {file} and, if it likes, {subject}. A command
/// without any gets our own program's options.
Outcome send_as_lab(const MailServer& server, const std::string& text);

} // namespace grade
