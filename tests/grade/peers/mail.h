// The peers of a mail client under test: a server in the test process that replies by a table, and
// our own sink.
#pragma once

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/tcp_listener.h"
#include "common/tls/tls.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// The server's replies, as bytes, by the start of the client's line (the longest match counts:
/// "RCPT TO:<bob" before "RCPT"), or "greeting", or "." for the end of a message. Other lines get
/// the usual reply.
using ReplyTable = std::map<std::string, std::string>;

/// In a reply: the server closes the connection here.
inline const std::string closes = "<closes>";
/// A reply that is never sent.
inline const std::string silence = "<silence>";
/// Separates the replies to repeated commands; the last one repeats.
inline const std::string then = "<then>";

class MailServer {
public:
    /// TLS with `identity`, after STARTTLS or from the first byte.
    enum class Tls { none, starttls, implicit };
    explicit MailServer(ReplyTable replies = {}, Tls tls = Tls::none,
                        std::optional<net::Identity> identity = {},
                        const std::string& bind = "127.0.0.1", std::uint16_t port = 0);
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// "127.0.0.1:PORT".
    [[nodiscard]] std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
    /// The commands of all clients so far, line by line.
    [[nodiscard]] std::vector<std::string> lines() const;
    /// Their messages without dot-stuffing, with the line ends that they came with.
    [[nodiscard]] std::vector<std::string> messages() const;
    [[nodiscard]] std::size_t connections() const;
    /// Waits until the server has received all that its clients sent before they left.
    void wait_for_end() const;

private:
    struct Conversation;
    void run();
    void serve(net::TcpStream& client);
    void converse(Conversation& conversation);
    [[nodiscard]] std::string answer_to(const std::string& line, const std::string& usual);
    void receive_message(Conversation& conversation);
    void record(std::vector<std::string>& list, const std::string& text);

    Tls tls_;
    std::optional<net::Identity> identity_;
    net::TcpListener listener_;
    std::uint16_t port_;
    mutable std::mutex mutex_; // guards the members below
    ReplyTable replies_;
    std::vector<std::string> lines_;
    std::vector<std::string> messages_;
    std::size_t ended_ = 0; // conversations
    mutable std::condition_variable one_more_ended_;
    bool is_ending_ = false;
    std::list<net::TcpStream> clients_; // used by the threads
    std::vector<std::thread> threads_;
    std::thread listening_;
};

/// Our sink on a free port with a folder of its own.
class Sink {
public:
    explicit Sink(const std::vector<std::string>& arguments = {}, const std::string& password = "");

    [[nodiscard]] std::string name() const { return "localhost:" + port_; }
    [[nodiscard]] std::string ca() const { return (folder_.path() / "ca.pem").string(); }
    /// The stored message `number`, counted from 1; empty when there is none.
    [[nodiscard]] std::string message(int number) const;
    [[nodiscard]] std::string dialogue() const { return process_.out(); }
    Process& process() { return process_; }

private:
    ScratchFolder folder_;
    Process process_;
    std::string port_;
};

/// Runs the client under test without the user's password, address and terminal; `input` is its
/// standard input.
Outcome mailclient(const std::vector<std::string>& arguments, const std::string& input = "",
                   const std::string& environment = "");

/// Sends a message from Ada to Bob through `server`, with more arguments.
Outcome send_to(const std::string& server, std::vector<std::string> more = {});

/// Sends a text from Ada to Bob as in the assignment, with any program: its command may have the
/// placeholders {host}, {port}, {from}, {to}, {subject}, {file}. Our own gets its options.
Outcome send_as_lab(const MailServer& server, const std::string& text);

} // namespace grade
