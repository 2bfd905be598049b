// Mail servers that misbehave, at every stage of a session.
#include "catch.h"

#include <thread>

#include "tests/grade/peers/mail.h"

using grade::closes;
using grade::mailclient;
using grade::MailServer;
using grade::ReplyTable;
using grade::send_to;
using grade::silence;

namespace {

const std::string endless = "250-" + std::string(200'000, 'a');

/// Larger than any socket buffer.
std::string a_large_file()
{
    constexpr std::size_t size = 30'000'000;
    std::string content;
    content.resize(size, 'x');
    return content;
}

std::string endless_reply()
{
    std::string reply;
    for (int i = 0; i < 20'000; ++i)
        reply += "250-line\r\n";
    return reply;
}

} // namespace

TEST_CASE("Each fault of a server has its exit status", "[mailclient][robust][own]")
{
    struct Row {
        std::string name;
        ReplyTable replies;
        int status;
        std::string words;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"no greeting", {{"greeting", silence}}, 75, "in time"},
        {"closes at once", {{"greeting", closes}}, 75, "closed the connection"},
        {"half a greeting", {{"greeting", "220 mail" + closes}}, 75, "closed the connection"},
        {"not SMTP", {{"greeting", "SSH-2.0-OpenSSH_9.2\r\n"}}, 76, "SSH-2.0"},
        {"control characters", {{"greeting", "\x1b[2J\x1b]0;x\x07\r\n"}}, 76, "\\x1b[2J"},
        {"refuses everybody", {{"greeting", "554 5.3.2 no\r\n"}}, 69, "554 5.3.2 no"},
        {"is busy", {{"greeting", "421 4.3.2 busy\r\n" + closes}}, 75, "421 4.3.2 busy"},
        {"an endless line", {{"greeting", endless}}, 76, "not SMTP"},
        {"endless lines", {{"EHLO", endless_reply()}}, 76, "not SMTP"},
        {"EHLO: silence", {{"EHLO", silence}}, 75, "in time"},
        {"EHLO: 421", {{"EHLO", "421 bye\r\n" + closes}}, 75, "421 bye"},
        {"EHLO: hangs up", {{"EHLO", closes}}, 75, "closed the connection"},
        {"EHLO and HELO: 550", {{"EHLO", "550 a\r\n"}, {"HELO", "550 b\r\n"}}, 69, "550 b"},
        {"MAIL: 451", {{"MAIL", "451 4.3.0 later\r\n"}}, 75, "451 4.3.0 later"},
        {"MAIL: 550", {{"MAIL", "550 5.7.1 no\r\n"}}, 69, "550 5.7.1 no"},
        {"MAIL: 552", {{"MAIL", "552 5.3.4 too much\r\n"}}, 69, "552 5.3.4"},
        {"MAIL: 530", {{"MAIL", "530 5.7.0 log in\r\n"}}, 77, "530 5.7.0"},
        {"MAIL: garbage", {{"MAIL", "what?\r\n"}}, 76, "what?"},
        {"MAIL: silence", {{"MAIL", silence}}, 75, "in time"},
        {"MAIL: hangs up", {{"MAIL", closes}}, 75, "closed the connection"},
        {"MAIL: 421", {{"MAIL", "421 bye\r\n" + closes}}, 75, "421 bye"},
        {"MAIL: 354", {{"MAIL", "354 go on\r\n"}}, 76, "unexpected reply"},
        {"RCPT: 450", {{"RCPT", "450 4.2.0 later\r\n"}}, 75, "450 4.2.0 later"},
        {"RCPT: 550", {{"RCPT", "550 5.1.1 no\r\n"}}, 67, "bob@x.example: 550 5.1.1 no"},
        {"RCPT: many lines",
         {{"RCPT", "550-5.1.1 a\r\n550-b\r\n550 c\r\n"}},
         67,
         "550 5.1.1 a / b / c"},
        {"RCPT: silence", {{"RCPT", silence}}, 75, "in time"},
        {"RCPT: hangs up", {{"RCPT", closes}}, 75, "closed the connection"},
        {"DATA: 451", {{"DATA", "451 later\r\n"}}, 75, "451 later"},
        {"DATA: 554", {{"DATA", "554 no\r\n"}}, 69, "554 no"},
        {"DATA: 250", {{"DATA", "250 ok\r\n"}}, 76, "250 ok"},
        {"DATA: silence", {{"DATA", silence}}, 75, "in time"},
        {"DATA: hangs up", {{"DATA", closes}}, 75, "closed the connection"},
        {"dot: 451", {{".", "451 4.3.0 later\r\n"}}, 75, "451 4.3.0 later"},
        {"dot: 452", {{".", "452 4.3.1 full\r\n"}}, 75, "452 4.3.1 full"},
        {"dot: 554", {{".", "554 5.7.1 spam\r\n"}}, 69, "554 5.7.1 spam"},
        {"dot: silence", {{".", silence}}, 75, "in time"},
        {"dot: hangs up", {{".", closes}}, 75, "closed the connection"},
        {"dot: half a reply", {{".", "250 2.0" + closes}}, 75, "closed the connection"},
        {"dot: garbage", {{".", "\xff\xfe\r\n"}}, 76, "\\xff\\xfe"},
        {"dot: lines that differ", {{".", "250-a\r\n550 b\r\n"}}, 76, "not SMTP"},
        {"354 and a final reply",
         {{"DATA", "354 a\r\n250 b\r\n"}, {".", "554 c\r\n"}},
         76,
         "250 b"},
        {"354 and a refusal", {{"DATA", "354 a\r\n554 b\r\n"}}, 69, "554 b"},
        {"replies twice", {{"EHLO", "250 a\r\n250 b\r\n"}}, 76, "unsolicited reply"},
    }));
    CAPTURE(row.name);
    const MailServer server(row.replies);
    const bool is_slow = row.words == "in time";
    const auto outcome = send_to(server.name(), {"--timeout", is_slow ? "1" : "15"});
    CAPTURE(outcome.err);
    CHECK(outcome.status == row.status);
    CHECK_THAT(outcome.err, StartsWith("mailclient: ") && Contains(row.words));
    CHECK(outcome.err.find('\x1b') == std::string::npos);
    CHECK(outcome.out.empty());
}

TEST_CASE("After the final 250 errors are ignored", "[mailclient][robust][own]")
{
    for (const std::string& end :
         {silence, closes, std::string("500 what?\r\n"), std::string("garbage")}) {
        const MailServer server(ReplyTable{{"QUIT", end}});
        CAPTURE(end);
        CHECK(send_to(server.name(), {"--timeout", "1"}).status == 0);
        CHECK(server.messages().size() == 1);
    }
    const MailServer hasty(ReplyTable{{".", "250 taken\r\n" + closes}});
    CHECK(send_to(hasty.name()).status == 0);
}

TEST_CASE("A long reply of several lines is accepted", "[mailclient][robust][own]")
{
    const MailServer server(
        {{"EHLO", "250-" + std::string(500, 'x') + "\r\n250-\r\n250 8BITMIME\r\n"}});
    CHECK(send_to(server.name()).status == 0);
}

namespace {

/// A server that replies in the middle of a message; then it reads on or not.
class EarlyReplyServer {
public:
    EarlyReplyServer(const std::string& words, bool reads_on)
        : listener_(0, "127.0.0.1"), thread_([this, words, reads_on](const std::stop_token& over) {
              run(words, reads_on, over);
          })
    {
    }
    ~EarlyReplyServer()
    {
        try { // a client that never came: accept() needs one
            const auto last = net::TcpStream::connect("127.0.0.1", listener_.local().port(),
                                                      net::Deadline::in(std::chrono::seconds(1)));
        } catch (const net::Error&) {
            std::terminate();
        }
    }
    EarlyReplyServer(const EarlyReplyServer&) = delete;
    EarlyReplyServer& operator=(const EarlyReplyServer&) = delete;

    [[nodiscard]] std::string name() const
    {
        return "127.0.0.1:" + std::to_string(listener_.local().port());
    }

private:
    void run(const std::string& words, bool reads_on, const std::stop_token& over)
    try {
        auto client = listener_.accept();
        const auto deadline = net::Deadline::in(std::chrono::seconds(20));
        net::Reader reader(*client);
        client->write("220 hi\r\n", deadline);
        for (const std::string answer : {"250 hi\r\n", "250 a\r\n", "250 b\r\n", "354 go on\r\n"}) {
            while (reader.buffered().find('\n') == std::string_view::npos)
                if (!reader.fill(deadline)) return;
            reader.consume(reader.buffered().find('\n') + 1);
            client->write(answer, deadline);
        }
        reader.fill(deadline); // the message begins
        client->write(words, deadline);
        std::vector<char> rest(100'000);
        while (reads_on && client->read(rest, deadline) > 0) {
        }
        while (!reads_on && !over.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } catch (const net::Error&) {
        return;
    }

    net::TcpListener listener_;
    std::jthread thread_;
};

} // namespace

TEST_CASE("A refusal in the middle of a message is read and shown", "[mailclient][robust][own]")
{
    const grade::ScratchFolder folder;
    const auto large = folder.write("large.bin", a_large_file()).string();
    for (const bool reads_on : {true, false}) {
        CAPTURE(reads_on);
        const EarlyReplyServer server("552 5.3.4 Message too large\r\n", reads_on);
        const auto outcome = send_to(server.name(), {"-a", large});
        CHECK(outcome.status == 69);
        CHECK_THAT(outcome.err, Contains("552 5.3.4 Message too large"));
    }
    const EarlyReplyServer busy("421 4.3.2 shutting down\r\n", true);
    CHECK(send_to(busy.name(), {"-a", large}).status == 75);
    const EarlyReplyServer liar("250 2.0.0 I have it already\r\n", true);
    CHECK(send_to(liar.name(), {"-a", large}).status == 76);
}

TEST_CASE("A message whose attachment shrinks is never completed", "[mailclient][robust][own]")
{
    const grade::ScratchFolder folder;
    const auto file = folder.write("log.txt", std::string(1'000'000, 'x')).string();
    // The server cuts the file before it answers DATA.
    net::TcpListener listener(0, "127.0.0.1");
    std::string heard;
    std::thread server([&] {
        auto client = listener.accept();
        const auto deadline = net::Deadline::in(std::chrono::seconds(20));
        net::Reader reader(*client);
        client->write("220 hi\r\n", deadline);
        for (const std::string answer : {"250 hi\r\n", "250 a\r\n", "250 b\r\n", "354 go on\r\n"}) {
            while (reader.buffered().find('\n') == std::string_view::npos)
                if (!reader.fill(deadline)) return;
            if (answer.starts_with("354")) std::filesystem::resize_file(file, 10);
            reader.consume(reader.buffered().find('\n') + 1);
            client->write(answer, deadline);
        }
        while (reader.fill(deadline)) {
        }
        heard = reader.buffered();
    });
    const auto outcome =
        send_to("127.0.0.1:" + std::to_string(listener.local().port()), {"-a", file});
    server.join();
    CHECK(outcome.status == 66);
    CHECK_THAT(outcome.err, Contains("became shorter"));
    CHECK_THAT(heard, !Contains("\r\n.\r\n"));
}

TEST_CASE("Sending to a server that stops reading times out", "[mailclient][robust][own]")
{
    const grade::ScratchFolder folder;
    const auto large = folder.write("large.bin", a_large_file()).string();
    const EarlyReplyServer server("", false);
    const auto outcome = send_to(server.name(), {"-a", large, "--timeout", "2"});
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("timed out"));
}

TEST_CASE("If one address of a host is busy, the failure is temporary", "[mailclient][robust][own]")
{
    // Where localhost is ::1 and 127.0.0.1, the first is busy and no server is at the second.
    const MailServer busy(ReplyTable{{"greeting", "421 4.3.2 busy\r\n" + closes}},
                          MailServer::Tls::none, {}, "localhost");
    const auto outcome = send_to("localhost:" + std::to_string(busy.port()));
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("421 4.3.2 busy"));
}

TEST_CASE("After a refusing greeting the client sends QUIT", "[mailclient][robust][own]")
{
    const MailServer server(ReplyTable{{"greeting", "554 5.3.2 no\r\n"}});
    CHECK(send_to(server.name()).status == 69);
    CHECK(server.lines() == std::vector<std::string>{"QUIT"});
}

TEST_CASE("A refused connection and an unknown host have their statuses",
          "[mailclient][robust][own]")
{
    const auto port = std::to_string(grade::free_port());
    const auto refused = send_to("127.0.0.1:" + port);
    CHECK(refused.status == 69);
    CHECK_THAT(refused.err, Contains("connect to 127.0.0.1:" + port) && Contains("refused"));
    const auto unknown = send_to("no-such-host.invalid:25");
    CHECK((unknown.status == 68 || unknown.status == 75)); // 75: no name server is reachable
    CHECK_THAT(unknown.err, Contains("look up no-such-host.invalid"));
}

TEST_CASE("A failed message ends an mbox only if the connection ends", "[mailclient][robust][own]")
{
    std::string mbox;
    for (const std::string name : {"a", "b", "c"})
        mbox += "From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\nTo: " + name +
                "@x.example\n\nText\n\n";
    const MailServer server(ReplyTable{{"RCPT TO:<b", "421 bye\r\n" + closes}});
    const auto outcome = mailclient({"--server", server.name(), "--mbox"}, mbox);
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("message 2: ") && Contains("421 bye") &&
                                Contains("2 messages not sent: the session has ended; sent: 1\n"));
    CHECK(server.messages().size() == 1);
}

TEST_CASE("An mbox goes on in a new session when the server ends one between messages",
          "[mailclient][robust][own]")
{
    std::string mbox;
    for (int i = 0; i < 5; ++i)
        mbox +=
            "From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\nTo: bob@x.example\n\nText\n\n";
    const std::string ok = "250 ok\r\n" + grade::then;
    const std::string end = GENERATE("421 4.3.2 enough\r\n" + closes, closes);
    const MailServer server(
        ReplyTable{{"MAIL", ok + ok + end + grade::then + ok + ok + end + grade::then + ok}});
    const auto outcome = mailclient({"--server", server.name(), "--mbox"}, mbox);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(server.messages().size() == 5);
    CHECK(server.connections() == 3);

    const MailServer full(ReplyTable{{"MAIL", ok + end}}); // accepts one message in all
    const auto failed = mailclient({"--server", full.name(), "--mbox"}, mbox);
    CHECK(failed.status == 75);
    CHECK_THAT(failed.err, EndsWith("4 messages not sent: the session has ended; sent: 1\n"));
    CHECK(full.messages().size() == 1);
    CHECK(full.connections() == 2);
}

TEST_CASE("Closed standard descriptors are not the connection", "[mailclient][robust][own]")
{
    const MailServer server;
    const auto outcome =
        grade::run("sh", {"-c", grade::command_of("MAILCLIENT") + " --server " + server.name() +
                                    " -v -f a@x.example -m x b@x.example <&- >&- 2>&-"});
    CHECK(outcome.status == 0);
    server.wait_for_end();
    CHECK(server.messages().size() == 1);
    for (const std::string& line : server.lines())
        CHECK_THAT(line, StartsWith("EHLO ") || StartsWith("MAIL ") || StartsWith("RCPT ") ||
                             StartsWith("DATA") || StartsWith("QUIT"));
}
