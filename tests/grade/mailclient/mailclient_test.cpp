// The lab's mail client and its extensions.
#include "catch.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tests/grade/peers/mail.h"

using grade::mailclient;
using grade::MailServer;
using grade::ReplyTable;
using grade::send_to;

namespace {

std::string body_of(const std::string& message)
{
    const auto end = message.find("\r\n\r\n");
    return end == std::string::npos ? "" : message.substr(end + 4);
}

std::string header_of(const std::string& message)
{
    return message.substr(0, message.find("\r\n\r\n") + 2);
}

} // namespace

TEST_CASE("A message is sent by the commands of SMTP", "[mailclient][lab][own]")
{
    const MailServer server;
    const auto outcome = send_to(server.name());
    CHECK(outcome.status == 0);
    const auto lines = server.lines();
    REQUIRE(lines.size() >= 5);
    CHECK_THAT(lines[0], StartsWith("EHLO ") || StartsWith("HELO "));
    CHECK_THAT(lines[1], StartsWith("MAIL FROM:<ada@x.example>"));
    CHECK(lines[2] == "RCPT TO:<bob@x.example>");
    CHECK(lines[3] == "DATA");
    CHECK(lines[4] == "QUIT");
}

TEST_CASE("The message has a header and a text", "[mailclient][lab][own]")
{
    const MailServer server;
    CHECK(send_to(server.name()).status == 0);
    REQUIRE(server.messages().size() == 1);
    const std::string message = server.messages().front();
    CHECK_THAT(header_of(message), Contains("From: ada@x.example\r\n") &&
                                       Contains("To: bob@x.example\r\n") &&
                                       Contains("Subject: Hello\r\n"));
    CHECK(body_of(message) == "Hi Bob.\r\n");
}

TEST_CASE("A server without EHLO accepts a message", "[mailclient][lab][own]")
{
    const MailServer server(ReplyTable{{"EHLO", "502 what?\r\n"}});
    CHECK(send_to(server.name()).status == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("The header has Date, Message-ID and MIME-Version", "[mailclient][extra][own]")
{
    const MailServer server;
    send_to(server.name());
    REQUIRE(server.messages().size() == 1);
    const std::string header = header_of(server.messages().front());
    const auto has = [&](const std::string& pattern) {
        return std::regex_search(header, std::regex(pattern));
    };
    CHECK(has("Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} "
              "[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}\r\n"));
    CHECK(has("Message-ID: <[^@<>]+@x\\.example>\r\n"));
    CHECK(has("MIME-Version: 1\\.0\r\n"));
}

TEST_CASE("Standard input is the text, lines with dots included", "[mailclient][extra][own]")
{
    const MailServer server;
    const std::string text = ".\n..\n.dot\n\nFrom here\nend without line end";
    const auto outcome =
        mailclient({"--server", server.name(), "-f", "ada@x.example", "bob@x.example"}, text);
    CHECK(outcome.status == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK(body_of(server.messages().front()) ==
          ".\r\n..\r\n.dot\r\n\r\nFrom here\r\nend without line end\r\n");
}

TEST_CASE("-i sends the message that it reads, and so does a message on standard input",
          "[mailclient][extra][own]")
{
    const std::string message = "From: ada@x.example\nBcc: eve@x.example\nSubject: s\n\nHi\n";
    const MailServer server;
    CHECK(mailclient({"--server", server.name(), "-i", "bob@x.example"}, message).status == 0);
    const auto without = mailclient({"--server", server.name(), "bob@x.example"}, message);
    CHECK(without.status == 0);
    CHECK_THAT(without.err, Contains("it is sent as a whole message (-s SUBJECT"));
    CHECK(
        mailclient({"--server", server.name(), "-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"},
                   message, "EMAIL=me@x.example")
            .status == 0);
    REQUIRE(server.messages().size() == 3);
    for (const std::string& sent : server.messages())
        CHECK_THAT(sent, Contains("\r\nFrom: ada@x.example\r\nSubject: s\r\n\r\nHi\r\n") &&
                             !Contains("eve@"));
    CHECK(std::ranges::count(server.lines(), "RCPT TO:<root@x.example>") == 1);
}

TEST_CASE("The null sender is sent as <>", "[mailclient][extra][own]")
{
    const MailServer server;
    for (const std::string sender : {"", "<>"})
        CHECK(mailclient({"--server", server.name(), "-f", sender, "-m", "x", "bob@x.example"}, "",
                         "EMAIL=me@x.example")
                  .status == 0);
    CHECK(std::ranges::count(server.lines(), "MAIL FROM:<>") == 2);
    CHECK_THAT(server.messages().at(0), Contains("\r\nFrom: me@x.example\r\n"));
}

TEST_CASE("To and Cc are in the header, Bcc only in the envelope", "[mailclient][extra][own]")
{
    const MailServer server;
    const auto outcome =
        send_to(server.name(), {"--to", "\"Two, Too\" <two@x.example>", "--cc",
                                "three@x.example, bob@x.example", "--bcc", "hidden@x.example"});
    CHECK(outcome.status == 0);
    std::string recipients;
    for (const auto& line : server.lines())
        if (line.starts_with("RCPT")) recipients += line.substr(8);
    CHECK(recipients == "<bob@x.example><two@x.example><three@x.example><hidden@x.example>");
    REQUIRE(server.messages().size() == 1);
    CHECK_THAT(server.messages().front(),
               Contains("To: bob@x.example, \"Two, Too\" <two@x.example>\r\n") &&
                   Contains("Cc: three@x.example, bob@x.example\r\n") && !Contains("hidden") &&
                   !Contains("Bcc"));
}

TEST_CASE("A reply names the message that it answers, and may have fields of its own",
          "[mailclient][extra][own]")
{
    const MailServer server;
    const auto outcome =
        send_to(server.name(), {"--reply-to", "Team <team@x.example>", "--in-reply-to",
                                "1@x.example", "--header", "X-One: 1", "--header", "X-Two: zwölf"});
    CHECK(outcome.status == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK_THAT(server.messages().front(),
               Contains("\r\nReply-To: Team <team@x.example>\r\n") &&
                   Contains("\r\nIn-Reply-To: <1@x.example>\r\nReferences: <1@x.example>\r\n") &&
                   Contains("\r\nX-One: 1\r\nX-Two: =?utf-8?Q?zw=C3=B6lf?=\r\n"));
    const std::vector<std::string> more =
        GENERATE(values<std::vector<std::string>>({{"--header", "To: eve@x.example"},
                                                   {"--header", "X: a\r\nBcc: eve@x.example"},
                                                   {"--in-reply-to", ""},
                                                   {"--reply-to", "eve"}}));
    CAPTURE(more);
    CHECK(send_to(server.name(), more).status == 65);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("If some recipients are refused, the others get the message", "[mailclient][extra][own]")
{
    const MailServer server(ReplyTable{{"RCPT TO:<eve", "550 5.1.1 Eve is not here\r\n"}});
    const auto outcome = send_to(server.name(), {"--cc", "eve@x.example"});
    CHECK(outcome.status == 67);
    CHECK_THAT(outcome.err, Contains("eve@x.example: 550 5.1.1 Eve is not here"));
    CHECK(server.messages().size() == 1);

    const MailServer busy(ReplyTable{{"RCPT TO:<eve", "450 4.2.1 Eve is busy\r\n"}});
    CHECK(send_to(busy.name(), {"--cc", "eve@x.example"}).status == 75);
}

TEST_CASE("Recipients beyond the server's limit get another transaction",
          "[mailclient][extra][own]")
{
    const grade::Sink sink; // accepts 1,000 recipients
    std::string many = "r1@x.example";
    for (int i = 2; i <= 1002; ++i)
        many += ", r" + std::to_string(i) + "@x.example";
    const auto outcome = send_to(sink.name(), {"--ca", sink.ca(), "--bcc", many});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out,
               Contains("sent to 1000 recipients: ") && Contains("sent to 3 recipients: "));
    const auto id_in = [](const std::string& message) {
        const auto begin = message.find("Message-ID:");
        return message.substr(begin, message.find('\n', begin) - begin);
    };
    CHECK_THAT(id_in(sink.message(1)), Contains("@"));
    CHECK(id_in(sink.message(1)) == id_in(sink.message(2)));
}

TEST_CASE("If a further transaction fails, the status is its own and the error names the unsent",
          "[mailclient][own]")
{
    const MailServer server(
        ReplyTable{{"MAIL", "250 ok\r\n" + grade::then + "550 5.7.1 enough\r\n"},
                   {"RCPT TO:<eve", "452 4.5.3 too many\r\n"},
                   {"RCPT TO:<joe", "550 5.1.1 no\r\n"}});
    const std::string mbox =
        "From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\nTo: bob@x.example, joe@x.example, "
        "eve@x.example\n\nText\n\n";
    const auto outcome = mailclient({"--server", server.name(), "--mbox"}, mbox + mbox);
    CHECK(outcome.status == 69);
    CHECK_THAT(outcome.err, Contains("message 1: send through 127.0.0.1, MAIL FROM") &&
                                Contains("550 5.7.1 enough (not sent to: eve@x.example)") &&
                                Contains("message 1: send to joe@x.example: 550 5.1.1 no") &&
                                !Contains("452"));
    CHECK(server.messages().size() == 1);
}

TEST_CASE("The number of transactions for one message is limited", "[mailclient][own]")
{
    constexpr int most_goes = 20;
    ReplyTable replies;
    std::string all = "bob1@x.example";
    for (int i = 2; i <= most_goes + 2; ++i) {
        const std::string name = "bob" + std::to_string(i) + "@x.example";
        all += ", " + name;
        replies["RCPT TO:<" + name] = "452 4.5.3 too many\r\n" + grade::then + "250 ok\r\n";
    }
    const MailServer server(replies);
    const auto outcome =
        mailclient({"--server", server.name(), "-f", "ada@x.example", "-m", "Hi", all});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 75);
    CHECK(server.messages().size() == most_goes);
    CHECK_THAT(outcome.err, Contains("send to bob21@x.example: 452") &&
                                Contains("send to bob22@x.example: 452") && !Contains("bob20@"));
}

TEST_CASE("Refused recipients are reported even if the message is refused", "[mailclient][own]")
{
    const MailServer server(
        ReplyTable{{"RCPT TO:<eve", "550 5.1.1 no\r\n"}, {".", "451 full\r\n"}});
    const auto outcome = send_to(server.name(), {"--cc", "eve@x.example"});
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("451 full") && Contains("eve@x.example: 550 5.1.1 no"));
}

TEST_CASE("PIPELINING is used if it is offered", "[mailclient][extra][own]")
{
    // No reply is sent until DATA has arrived: a client that does not pipeline waits for ever.
    const MailServer server(ReplyTable{{"EHLO", "250-mail.example\r\n250 PIPELINING\r\n"},
                                       {"MAIL", ""},
                                       {"RCPT", ""},
                                       {"DATA", "250 a\r\n250 b\r\n354 go on\r\n"}});
    CHECK(send_to(server.name()).status == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("A 354 after all recipients are refused is answered by a single dot",
          "[mailclient][extra][robust][own]")
{
    const MailServer server(ReplyTable{{"EHLO", "250-mail.example\r\n250 PIPELINING\r\n"},
                                       {"RCPT", "550 5.1.1 no\r\n"},
                                       {".", "554 5.5.1 nobody\r\n"}});
    const auto outcome = send_to(server.name());
    CHECK(outcome.status == 67);
    CHECK(server.messages() == std::vector<std::string>{""});
}

TEST_CASE("A message beyond the server's SIZE is not started", "[mailclient][extra][own]")
{
    const MailServer server(ReplyTable{{"EHLO", "250-mail.example\r\n250 SIZE 100\r\n"}});
    const auto outcome = send_to(server.name());
    CHECK(outcome.status == 69);
    CHECK_THAT(outcome.err, Contains("limit of 100"));
    for (const auto& line : server.lines())
        CHECK_FALSE(line.starts_with("MAIL"));
}

TEST_CASE("SIZE and BODY are sent if the server offers them", "[mailclient][extra][own]")
{
    const MailServer server(
        ReplyTable{{"EHLO", "250-mail.example\r\n250-SIZE 10000\r\n250 8BITMIME\r\n"}});
    CHECK(send_to(server.name(), {"-m", "Grüße"}).status == 0);
    REQUIRE(server.messages().size() == 1);
    const auto size = std::to_string(server.messages().front().size());
    CHECK(server.lines().at(1) == "MAIL FROM:<ada@x.example> SIZE=" + size + " BODY=8BITMIME");
    CHECK_THAT(server.messages().front(), Contains("8bit\r\n") && Contains("Grüße\r\n"));
}

TEST_CASE("Without 8BITMIME the text is quoted-printable", "[mailclient][extra][own]")
{
    const MailServer server(ReplyTable{{"EHLO", "250 mail.example\r\n"}});
    CHECK(send_to(server.name(), {"-m", "Grüße"}).status == 0);
    CHECK_THAT(server.messages().at(0),
               Contains("quoted-printable\r\n") && Contains("Gr=C3=BC=C3=9Fe\r\n"));
}

TEST_CASE("SMTPUTF8 is used only if an address needs it", "[mailclient][extra][own]")
{
    const MailServer server(
        ReplyTable{{"EHLO", "250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"}});
    CHECK(send_to(server.name(), {"--cc", "jürgen@x.example"}).status == 0);
    CHECK(send_to(server.name(), {"--cc", "Jürgen <j@x.example>"}).status == 0);
    const auto lines = server.lines();
    CHECK_THAT(lines.at(1), EndsWith(" BODY=8BITMIME SMTPUTF8"));
    CHECK(lines.at(3) == "RCPT TO:<jürgen@x.example>");
    CHECK(std::ranges::count_if(lines, [](const std::string& line) {
              return line.find("SMTPUTF8") != std::string::npos;
          }) == 1);

    const MailServer plain;
    CHECK(send_to(plain.name(), {"--cc", "jürgen@x.example"}).status == 69);
}

TEST_CASE("-t reads recipients from the header and removes Bcc", "[mailclient][extra][own]")
{
    const MailServer server;
    const auto outcome =
        mailclient({"--server", server.name(), "-t", "-i"},
                   "From: Ada <ada@x.example>\nTo: bob@x.example\nBcc: hidden@x.example\nSubject: "
                   "x\n\nText\n.\nmore\n");
    CHECK(outcome.status == 0);
    CHECK(server.lines().at(1).starts_with("MAIL FROM:<ada@x.example>"));
    CHECK(server.lines().at(3) == "RCPT TO:<hidden@x.example>");
    CHECK_THAT(server.messages().at(0), EndsWith("Text\r\n.\r\nmore\r\n") && !Contains("hidden") &&
                                            Contains("Message-ID: ") && Contains("Date: "));
}

TEST_CASE("A header line that is not a field is an error, as it could hide a Bcc",
          "[mailclient][extra][robust][own]")
{
    const MailServer server;
    const std::string header = "From: a@x.example\nTo: b@x.example\n";
    const std::string hidden = "Bcc: secret@x.example\n\nhi\n";
    const auto send = [&](const std::string& manner, const std::string& message) {
        return mailclient({"--server", server.name(), manner, "c@x.example"}, message);
    };
    for (const std::string manner : {"-t", "--raw"}) {
        const auto broken = send(manner, header + "X broken\n" + hidden);
        CHECK(broken.status == 65);
        CHECK_THAT(broken.err, Contains("'X broken'"));
    }
    CHECK(send("--raw", "From a\n" + header + hidden).status == 65);
    CHECK(server.messages().empty());
    CHECK(send("-t", "From a\n" + header + hidden).status == 0);
    CHECK_THAT(server.messages().at(0), !Contains("secret"));
}

TEST_CASE("--raw sends bytes unchanged or refuses them", "[mailclient][extra][own]")
{
    const std::string raw = "Subject: caf\xc3\xa9\nX-Odd:   two  blanks \n\n\xff\xfe\n.\n";
    const std::vector<std::string> more{"-f", "ada@x.example", "bob@x.example"};
    const auto send_raw = [&](const MailServer& server, const std::string& input) {
        std::vector<std::string> arguments{"--server", server.name(), "--raw"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return mailclient(arguments, input);
    };
    const MailServer server(ReplyTable{{"EHLO", "250-a\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"}});
    CHECK(send_raw(server, raw).status == 0);
    CHECK(server.messages().at(0) ==
          "Subject: caf\xc3\xa9\r\nX-Odd:   two  blanks \r\n\r\n\xff\xfe\r\n.\r\n");
    CHECK_THAT(server.lines().at(1), EndsWith(" BODY=8BITMIME SMTPUTF8"));

    const MailServer ascii_headers; // offers 8BITMIME only
    CHECK(send_raw(ascii_headers, raw).status == 69);
    CHECK(send_raw(ascii_headers, "Subject: coffee\n\ncaf\xc3\xa9\n").status == 0);
    CHECK(send_raw(ascii_headers, "Subject: caf\xe9\n\n").status == 65);
    const MailServer old(ReplyTable{{"EHLO", "250 mail.example\r\n"}});
    CHECK(send_raw(old, raw).status == 69);
    CHECK(old.messages().empty());
    CHECK(send_raw(server, "a: b\n\nbare\rCR\n").status == 65);
    CHECK(send_raw(server, std::string("a: b\n\nNUL\0\n", 10)).status == 65);
    CHECK(send_raw(server, "a: b\n\n" + std::string(999, 'x') + "\n").status == 65);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("A complete message above a megabyte uses a temporary file", "[mailclient][own]")
{
    const grade::ScratchFolder folder;
    const MailServer server;
    std::string text;
    for (int i = 0; i < 50000; ++i)
        text += "line " + std::to_string(i) + std::string(60, '.') + "\r\n";
    const std::string message = "From: me@x.example\r\nBcc: a@x.example\r\n\r\n" + text;
    const auto send = [&](const std::string& place) {
        return mailclient({"--server", server.name(), "-t"}, message, "TMPDIR=" + place);
    };
    CHECK(send(folder.path().string()).status == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK((body_of(server.messages().front()) == text)); // too long to print
    CHECK(std::filesystem::is_empty(folder.path()));
    const auto outcome = send("/no/such");
    CHECK(outcome.status == 75);
    CHECK_THAT(outcome.err, Contains("create a temporary file in /no/such") &&
                                Contains("No such file or directory"));
    CHECK(server.messages().size() == 1);
}

TEST_CASE("--mbox sends many messages over one connection", "[mailclient][extra][own]")
{
    const MailServer server(ReplyTable{{"RCPT TO:<bad", "550 5.1.1 no\r\n"}});
    std::string mbox;
    for (const std::string name : {"a", "bad", "c"})
        mbox += "From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\nTo: " + name +
                "@x.example\nSubject: " + name + "\n\nText\n>From me\n\n";
    const auto outcome = mailclient({"--server", server.name(), "--mbox"}, mbox);
    CHECK(outcome.status == 67);
    CHECK_THAT(outcome.err, Contains("message 2") && Contains("bad@x.example: 550 5.1.1 no"));
    CHECK(server.connections() == 1);
    REQUIRE(server.messages().size() == 2);
    CHECK_THAT(server.messages()[1], Contains("Subject: c") && EndsWith("Text\r\nFrom me\r\n"));
}

TEST_CASE("An error in an mbox names the message", "[mailclient][own]")
{
    const MailServer server;
    const std::string good =
        "From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\nTo: a@x.example\n\nText\n\n";
    const auto send = [&](const std::string& second) {
        return mailclient({"--server", server.name(), "--mbox"}, good + second);
    };
    const auto nobody = send("From x Sun Nov 22 12:00:00 2026\nFrom: me@x.example\n\nText\n");
    CHECK(nobody.status == 65);
    CHECK_THAT(nobody.err, Contains("message 2: the header has no recipients"));
    CHECK_THAT(send("From x Sun Nov 22 12:00:00 2026\nTo: junk\n\n").err, Contains("message 2: "));
    CHECK(server.connections() == 0);
}

TEST_CASE("HTML, attachments and names in any language", "[mailclient][extra][own]")
{
    const MailServer server;
    const grade::ScratchFolder folder;
    const auto file = folder.write("Üb er.pdf", std::string(5000, '\x01')).string();
    const auto html = folder.write("a.html", "<b>Hi</b>\n").string();
    const auto outcome = send_to(server.name(), {"-s", "Grüße — 日本", "--html", html, "-a", file,
                                                 "--cc", "Jürgen Müller <j@x.example>"});
    CHECK(outcome.status == 0);
    const auto message = server.messages().at(0);
    CHECK_THAT(message, Contains("multipart/mixed") && Contains("multipart/alternative") &&
                            Contains("application/pdf") &&
                            Contains("filename*=utf-8''%C3%9Cb%20er.pdf") &&
                            Contains("Cc: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <j@x.example>\r\n"));
    CHECK(std::ranges::all_of(message, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

TEST_CASE("-v shows the dialogue with arrows, --explain its meaning", "[mailclient][own]")
{
    const MailServer server(ReplyTable{{".", "250 2.0.0 \x1b[31mred\r\n"}});
    const auto shown = send_to(server.name(), {"-v"});
    CHECK_THAT(shown.err, Contains("> MAIL FROM:<ada@x.example>") && Contains("< 354 go on\n") &&
                              Contains("< 250 2.0.0 \\x1b[31mred") && !Contains("\x1b"));
    CHECK_THAT(shown.out, Contains("sent to bob@x.example: 250 2.0.0 \\x1b[31mred"));
    const auto explained = send_to(server.name(), {"--explain"});
    CHECK_THAT(explained.err, Contains("> DATA\n") && Contains("(RFC 5321 §4.1.1.4)"));
    const auto quiet = send_to(server.name(), {"-q"});
    CHECK(quiet.out + quiet.err == "");
}

TEST_CASE("--dry-run shows the message without a connection", "[mailclient][own]")
{
    const MailServer server;
    const auto outcome = send_to(server.name(), {"-n", "--bcc", "hidden@x.example"});
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, StartsWith("Date: ") && Contains("Subject: Hello\r\n") &&
                                EndsWith("\r\n\r\nHi Bob.\r\n") && !Contains("hidden"));
    CHECK_THAT(outcome.err, Contains("to bob@x.example hidden@x.example"));
    CHECK(server.connections() == 0);
}

TEST_CASE("The server is found by the sender's domain, or --server is required",
          "[mailclient][own]")
{
    const auto unknown = mailclient({"-f", "ada@x.example", "-m", "x", "bob@x.example"});
    CHECK(unknown.status == 64);
    CHECK_THAT(unknown.err,
               Contains("find a server for x.example: the provider is unknown (use --server HOST"));
    const auto gmail = mailclient({"-f", "ada@gmail.com", "-m", "x", "bob@x.example"});
    CHECK_THAT(gmail.err, Contains("smtp.gmail.com"));
    CHECK((gmail.status == 77 || gmail.status == 69)); // no password, or no TLS
}

TEST_CASE("Each usage error has its status, without a connection", "[mailclient][own]")
{
    struct Row {
        std::vector<std::string> arguments;
        int status;
        std::string words;
    };
    const std::string newline = "ada@x.example\r\nRCPT TO:<eve@x.example>";
    const auto row = GENERATE_COPY(values<Row>({
        {{"--no-such-option"}, 64, "unknown option"},
        {{"-t", "--raw"}, 64, "exclude each other"},
        {{"--mx", "-m", "x"}, 64, "exclude each other"}, // with --server
        {{"-m", "x"}, 64, "no recipient is given"},
        {{"--user", "ada", "--tls", "off", "-m", "x", "bob@x.example"}, 64, "a login requires TLS"},
        {{"-m", "x", "bob"}, 65, "there is no @"},
        {{"-m", "x", newline}, 65, "line break"},
        {{"-f", newline, "-m", "x", "bob@x.example"}, 65, "line break"},
        {{"--cc", newline, "-m", "x", "bob@x.example"}, 65, "line break"},
        {{"--bcc", newline, "-m", "x", "bob@x.example"}, 65, "line break"},
        {{"-m", "x", "bob@[x> NOTIFY=NEVER]"}, 65, "not an address in brackets"},
        {{"-s", "x\nBcc: eve@x.example", "-m", "x", "bob@x.example"}, 65, "line break"},
        {{"-s", "\xff", "-m", "x", "bob@x.example"}, 65, "not UTF-8"},
        {{"-a", "/no/such/file", "-m", "x", "bob@x.example"}, 66, "/no/such/file: No such file"},
        {{"--html", "/no/such/file", "-m", "x", "bob@x.example"}, 66, "No such file"},
        {{"-a", "/dev/zero", "-m", "x", "bob@x.example"}, 66, "not a regular file"},
    }));
    const MailServer server;
    std::vector<std::string> arguments{"-f", "ada@x.example", "--server", server.name()};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const auto outcome = mailclient(arguments);
    CAPTURE(row.words, outcome.err);
    CHECK(outcome.status == row.status);
    CHECK_THAT(outcome.err, StartsWith("mailclient: ") && Contains(row.words));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK(server.connections() == 0);
}

TEST_CASE("A sender is required, from an option or the environment", "[mailclient][own]")
{
    const MailServer server;
    CHECK(mailclient({"--server", server.name(), "-m", "x", "bob@x.example"}).status == 64);
    CHECK(mailclient({"--server", server.name(), "-m", "x", "bob@x.example"}, "",
                     "EMAIL=me@x.example")
              .status == 0);
    CHECK_THAT(server.lines().at(1), StartsWith("MAIL FROM:<me@x.example>"));
}

TEST_CASE("Output that cannot be written is an error", "[mailclient][own]")
{
    const auto outcome = grade::run(grade::command_of("MAILCLIENT") + " >/dev/full",
                                    {"-n", "-f", "a@x.example", "-m", "x", "b@x.example"});
    CHECK(outcome.status == 74);
    CHECK(grade::run(grade::command_of("MAILCLIENT") + " >/dev/full", {"--help"}).status == 74);
}
