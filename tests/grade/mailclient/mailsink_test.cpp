// The sink: stored messages, replies and injected faults.
#include "catch.h"

#include <array>
#include <csignal>

#include "common/stream.h"
#include "tests/grade/peers/mail.h"

using grade::send_to;
using grade::Sink;

namespace {

/// Sends `lines` to the sink at once; returns all it replies until it closes the connection.
std::string replies_to(const Sink& sink, const std::string& lines)
{
    const auto deadline = net::Deadline::in(std::chrono::seconds(30));
    const auto port = std::stoi(sink.name().substr(sink.name().find(':') + 1));
    auto stream = net::TcpStream::connect("127.0.0.1", static_cast<std::uint16_t>(port), deadline);
    stream.write(lines, deadline);
    stream.shutdown_writing();
    net::Reader reader(stream);
    while (reader.fill(deadline)) {
    }
    return std::string(reader.buffered());
}

} // namespace

TEST_CASE("The sink stores a message unchanged and prints the dialogue", "[mailsink][own]")
{
    const Sink sink;
    const auto outcome = send_to(sink.name(), {"-m", ".\n..dots\n", "--tls", "off"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("Stored as 1.eml for 1 recipient"));
    CHECK_THAT(sink.message(1),
               Contains("Subject: Hello\r\n") && EndsWith("\r\n\r\n.\r\n..dots\r\n"));
    CHECK_THAT(sink.dialogue(), Contains("1 C: MAIL FROM:<ada@x.example>") &&
                                    Contains("1 S: 354 ") && Contains("octets of message)"));
}

TEST_CASE("The sink's replies are those of SMTP", "[mailsink][own]")
{
    const Sink sink({"--size", "200"});
    struct Row {
        std::string lines;
        std::string replies;
    };
    const auto row = GENERATE(values<Row>({
        {"EHLO a\r\n", "250-SIZE 200\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"},
        {"HELO a\r\n", "250 localhost\r\n"},
        {"MAIL FROM:<a@b.example>\r\n", "503 5.5.1 Send EHLO first"},
        {"HELO a\r\nRCPT TO:<a@b.example>\r\n", "503 5.5.1 Send MAIL first"},
        {"HELO a\r\nDATA\r\n", "503 5.5.1 No valid recipients"},
        {"HELO a\r\nMAIL FROM: <a@b.example>\r\n", "250 2.1.0"},
        {"HELO a\r\nMAIL FROM:<>\r\n", "250 2.1.0"},
        {"HELO a\r\nMAIL FROM:a@b.example\r\n", "501 5.5.2"},
        {"HELO a\r\nMAIL FROM:<a@b@c>\r\n", "553 5.1.7"},
        {"HELO a\r\nMAIL FROM:<a@b.example> SIZE=20\r\n", "555 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> SIZE=201\r\n", "552 5.3.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> SIZE=99999999999999999999\r\n", "552 5.3.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> SIZE=20x\r\n", "501 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> SIZE\r\n", "501 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> BODY=8BITMIME SIZE=20\r\n", "250 2.1.0"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> BODY=ANY\r\n", "501 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> AUTH=<>\r\n", "555 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example> FOO=1\r\n", "555 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example> NOTIFY=NEVER\r\n",
         "555 5.5.4"},
        {"EHLO a\r\nMAIL FROM:<ä@b> FOO SMTPUTF8\r\nMAIL FROM:<a@b>\r\nRCPT TO:<ä@b>\r\n",
         "553 5.1.3"},
        {"EHLO a\r\nMAIL FROM:<@x.example,@y.example:a@b.example>\r\n", "250 2.1.0"},
        {"HELO a\r\nMAIL FROM:<ä@b.example>\r\n", "553 5.1.7"},
        {"EHLO a\r\nMAIL FROM:<ä@b.example> SMTPUTF8\r\n", "250 2.1.0"},
        {"HELO a\r\nMAIL FROM:<a@b.example>\r\nMAIL FROM:<a@b.example>\r\n",
         "503 5.5.1 A transaction"},
        {"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<postmaster>\r\n", "250 2.1.5"},
        {"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<\"x>y\"@b.example>\r\n", "250 2.1.5"},
        {"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<>\r\n", "553 5.1.3"},
        {"RSET\r\nNOOP\r\nVRFY a\r\nHELP\r\nFOO\r\nQUIT\r\n",
         "250 2.0.0 Transaction reset\r\n250 2.0.0 OK\r\n252 2.5.0 Addresses are not "
         "verified\r\n214 "
         "2.0.0 EHLO STARTTLS AUTH MAIL RCPT DATA RSET NOOP QUIT\r\n500 5.5.2 Unknown "
         "command\r\n221 2.0.0 Goodbye\r\n"},
        {"AUTH PLAIN\r\n", "502 5.5.1"},
        {std::string(20'000, 'x'), "500 5.5.6"},
        {"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n" +
             std::string(300, 'x') + "\r\n.\r\nNOOP\r\n",
         "552 5.3.4 Message too large\r\n250 2.0.0 OK"},
    }));
    CAPTURE(row.lines.substr(0, 200));
    CHECK_THAT(replies_to(sink, row.lines), Contains(row.replies));
}

TEST_CASE("A message ends only at CRLF, dot, CRLF", "[mailsink][own][robust]")
{
    const Sink sink;
    const std::string begin =
        "EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n";
    const auto replies = replies_to(sink, begin + "a\n.\nb\r.\rc\r\n..\r\n.d\r\n\r\n.\r\nQUIT\r\n");
    CHECK_THAT(replies, Contains("Stored as 1.eml") && Contains("221 "));
    CHECK(sink.message(1) == "a\n.\nb\r.\rc\r\n.\r\nd\r\n\r\n");
    CHECK_THAT(replies_to(sink, begin + ".\r\n"), Contains("Stored as 2.eml"));
    CHECK(sink.message(2).empty());
    CHECK_THAT(replies_to(sink, begin + "never ended\r\n"), !Contains("Stored"));
    CHECK(sink.message(3).empty());
}

TEST_CASE("The sink injects the requested fault", "[mailsink][own]")
{
    struct Row {
        std::vector<std::string> options;
        int status;
    };
    const auto row = GENERATE(values<Row>({
        {{"--reject", "connect"}, 69},
        {{"--defer", "connect"}, 75},
        {{"--drop-at", "connect"}, 75},
        {{"--reject", "ehlo"}, 69},
        {{"--defer", "ehlo"}, 75},
        {{"--reject", "mail"}, 69},
        {{"--defer", "mail"}, 75},
        {{"--drop-at", "mail"}, 75},
        {{"--reject", "rcpt"}, 67},
        {{"--reject", "bob@x.example"}, 67},
        {{"--defer", "bob@x.example"}, 75},
        {{"--defer", "eve@x.example"}, 0},
        {{"--reject", "data"}, 69},
        {{"--drop-at", "data"}, 75},
        {{"--drop-at", "content"}, 75},
        {{"--reject", "dot"}, 69},
        {{"--defer", "dot"}, 75},
        {{"--drop-at", "dot"}, 75},
        {{"--slow", "0.05"}, 0},
        {{"--size", "10"}, 69},
    }));
    CAPTURE(row.options);
    const Sink sink(row.options);
    CHECK(send_to(sink.name(), {"--tls", "off"}).status == row.status);
    CHECK(sink.message(1).empty() == (row.status != 0));
}

TEST_CASE("After a refused connection the sink accepts only QUIT", "[mailsink][own]")
{
    const Sink sink({"--reject", "connect"});
    CHECK(replies_to(sink, "EHLO a\r\nNOOP\r\nQUIT\r\n") ==
          "554 5.3.2 This server accepts no mail\r\n"
          "503 5.5.1 No service, only QUIT is accepted\r\n"
          "503 5.5.1 No service, only QUIT is accepted\r\n"
          "221 2.0.0 Goodbye\r\n");
}

TEST_CASE("A refused recipient is recognized in any form of the address", "[mailsink][own]")
{
    const Sink sink({"--reject", "bob@b.example"});
    const std::string begin = "EHLO a\r\nMAIL FROM:<>\r\n";
    for (const std::string path :
         {"bob@b.example", "@x.example:bob@b.example", "\"bob\"@B.example"})
        CHECK_THAT(replies_to(sink, begin + "RCPT TO:<" + path + ">\r\n"), Contains("550 5.1.1"));
}

TEST_CASE("A message that cannot be stored is refused temporarily, the session continues",
          "[mailsink][own]")
{
    const Sink sink;
    std::filesystem::remove_all(std::filesystem::path(sink.ca()).parent_path());
    const std::string message = "MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n";
    CHECK_THAT(replies_to(sink, "EHLO a\r\n" + message + "NOOP\r\n"),
               Contains("451 4.3.0 The message cannot be stored\r\n250 2.0.0 OK") &&
                   !Contains("354 "));
}

TEST_CASE("A full disk is a temporary refusal", "[mailsink][own]")
{
    // No file may be larger than 100 KiB.
    const grade::ScratchFolder folder;
    const std::string limited = "sh -c 'ulimit -f 200; trap \"\" XFSZ; exec \"$@\"' - " +
                                grade::command_of("MAILSINK") + " -q";
    grade::Process process(limited, {"0", "-d", folder.path().string()}, "/");
    while (process.err().find('\n') == std::string::npos)
        REQUIRE(process.is_running());
    const std::string mark = "listening on 127.0.0.1:";
    const auto output = process.err();
    const auto port = std::stoi(output.substr(output.find(mark) + mark.size()));
    const auto outcome = send_to("127.0.0.1:" + std::to_string(port),
                                 {"--tls", "off", "-m", std::string(120'000, 'x')});
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("451 4.3.0 The message cannot be stored"));
    CHECK(grade::content_of(folder.path() / "1.eml").empty());
}

namespace {

/// 200 clients, as many as the sink serves at a time.
std::vector<net::TcpStream> connect_all(const Sink& sink)
{
    const auto deadline = net::Deadline::in(std::chrono::seconds(30));
    const auto port = std::stoi(sink.name().substr(sink.name().find(':') + 1));
    std::vector<net::TcpStream> clients;
    for (int i = 0; i < 200; ++i)
        clients.push_back(
            net::TcpStream::connect("127.0.0.1", static_cast<std::uint16_t>(port), deadline));
    return clients;
}

} // namespace

TEST_CASE("For the 201st client the one silent for the longest time makes room", "[mailsink][own]")
{
    const Sink sink;
    auto clients = connect_all(sink);
    const auto deadline = net::Deadline::in(std::chrono::seconds(30));
    net::Reader last(clients.back());
    REQUIRE(last.fill(deadline)); // all the others have been greeted, or will be
    CHECK_THAT(replies_to(sink, "NOOP\r\n"), StartsWith("220 ") && Contains("\r\n250 "));
    clients.pop_back(); // its greeting is read
    std::size_t ended = 0;
    for (net::TcpStream& client : clients) {
        std::array<char, 200> bytes{};
        static_cast<void>(client.read(bytes, deadline)); // the greeting
        if (client.read_now(bytes) == 0) ++ended;
    }
    CHECK(ended == 1);
}

TEST_CASE("When no client is silent the 201st gets 421", "[mailsink][own]")
{
    const Sink sink({"--slow", "60"});
    const auto clients = connect_all(sink);
    CHECK(replies_to(sink, "") == "421 4.3.2 Too many connections\r\n");
}

TEST_CASE("A line of HTTP ends the session before a message", "[mailsink][own][robust]")
{
    const Sink sink;
    const auto said = replies_to(sink, "POST / HTTP/1.1\r\nHost: localhost:2525\r\n\r\n"
                                       "HELO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n"
                                       "\r\nspam\r\n.\r\n");
    CHECK_THAT(said, EndsWith("421 4.7.0 This is SMTP, not HTTP\r\n") && !Contains("250"));
    CHECK(sink.message(1).empty());
}

TEST_CASE("Usage errors of the sink are reported", "[mailsink][own]")
{
    const std::string command = grade::command_of("MAILSINK");
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--reject", "here"},
                                                      {"--drop-at", "a@b.example"},
                                                      {"x"},
                                                      {"--user", "ada"},
                                                      {"0", "-d", "/dev/null/x"}}) {
        const auto outcome = grade::run("env -u MAILSINK_PASSWORD " + command, arguments);
        CHECK(outcome.status == 2);
        CHECK_THAT(outcome.err, StartsWith("mailsink: "));
    }
}

TEST_CASE("A sink that cannot start does not disturb the running one", "[mailsink][own]")
{
    const Sink sink;
    const std::string certificate = grade::content_of(sink.ca());
    const std::string folder = sink.ca().substr(0, sink.ca().rfind('/'));
    const std::string port = sink.name().substr(sink.name().find(':') + 1);
    const std::string command = grade::command_of("MAILSINK");
    const auto same_port = grade::run(command, {port, "-d", folder});
    CHECK(same_port.status == 2);
    CHECK_THAT(same_port.err, Contains("listen on"));
    const auto same_folder = grade::run(command, {"0", "-d", folder});
    CHECK(same_folder.status == 2);
    CHECK_THAT(same_folder.err, Contains("another mailsink"));
    CHECK(grade::content_of(sink.ca()) == certificate);
}

TEST_CASE("The sink ends on SIGTERM, even with connected clients", "[mailsink][own]")
{
    Sink sink({"--slow", "5"});
    const auto port = std::stoi(sink.name().substr(sink.name().find(':') + 1));
    const auto silent = net::TcpStream::connect("127.0.0.1", static_cast<std::uint16_t>(port),
                                                net::Deadline::in(std::chrono::seconds(30)));
    sink.process().signal(SIGTERM);
    const auto outcome = sink.process().wait(net::Deadline::in(std::chrono::seconds(30)));
    REQUIRE(outcome);
    CHECK(outcome->status == 0);
}
