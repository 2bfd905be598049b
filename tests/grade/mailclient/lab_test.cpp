// The mail client lab, for any program with server, sender, recipient and text file as arguments.
#include "catch.h"

#include "tests/grade/peers/mail.h"

using grade::MailServer;
using grade::ReplyTable;
using grade::send_as_lab;

namespace {

std::string message_at(const MailServer& server)
{
    REQUIRE(server.messages().size() == 1);
    return server.messages().front();
}

} // namespace

TEST_CASE("The client sends the commands of SMTP in order", "[mailclient][lab]")
{
    const MailServer server;
    send_as_lab(server, "Hi Bob.\n");
    const auto lines = server.lines();
    REQUIRE(lines.size() >= 5);
    CHECK_THAT(lines[0], Matches("(HELO|EHLO) .+", Catch::CaseSensitive::No));
    CHECK_THAT(lines[1], Matches("MAIL FROM: ?<ada@x\\.example>.*", Catch::CaseSensitive::No));
    CHECK_THAT(lines[2], Matches("RCPT TO: ?<bob@x\\.example>.*", Catch::CaseSensitive::No));
    CHECK_THAT(lines[3], Matches("DATA", Catch::CaseSensitive::No));
    CHECK_THAT(lines[4], Matches("QUIT", Catch::CaseSensitive::No));
}

TEST_CASE("The text arrives", "[mailclient][lab]")
{
    const MailServer server;
    send_as_lab(server, "Hi Bob.\n");
    CHECK_THAT(message_at(server), Contains("Hi Bob."));
}

TEST_CASE("A text of many lines arrives completely", "[mailclient][lab]")
{
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += "This is line " + std::to_string(i) + "\n";
    const MailServer server;
    send_as_lab(server, text);
    const std::string message = message_at(server);
    CHECK(message.find("line 0\r\n") != std::string::npos);
    CHECK(message.find("line 4999\r\n") != std::string::npos);
}

TEST_CASE("The message has a header with From and To", "[mailclient][extra]")
{
    const MailServer server;
    send_as_lab(server, "Hi Bob.\n");
    CHECK_THAT(message_at(server), Matches("[^]*From: [^\r\n]*ada@x\\.example[^]*") &&
                                       Matches("[^]*To: [^\r\n]*bob@x\\.example[^]*") &&
                                       Contains("\r\n\r\nHi Bob."));
}

TEST_CASE("Lines that begin with a dot arrive unchanged", "[mailclient][extra]")
{
    const MailServer server;
    send_as_lab(server, "one\n.\n..two\n.three\nfour\n"); // RFC 5321, section 4.5.2
    CHECK_THAT(message_at(server), Contains("one\r\n.\r\n..two\r\n.three\r\nfour\r\n"));
}

TEST_CASE("A refusal is reported with the server's text, and nothing is sent",
          "[mailclient][robust]")
{
    const auto refused = GENERATE(as<std::string>{}, "MAIL", "RCPT", "DATA");
    const MailServer server(ReplyTable{{refused, "550 5.7.1 not from you\r\n"}});
    const auto outcome = send_as_lab(server, "Hi Bob.\n");
    CHECK(outcome.status != 0);
    CHECK_THAT(outcome.out + outcome.err, Contains("not from you"));
    CHECK(server.messages().empty());
}

TEST_CASE("Replies of several lines are read completely", "[mailclient][robust]")
{
    const MailServer server(
        ReplyTable{{"greeting", "220-Welcome\r\n220-to the\r\n220 mail.example\r\n"},
                   {"MAIL", "250-yes\r\n250 yes\r\n"},
                   {"RCPT", "250-yes\r\n250-and\r\n250 yes\r\n"}});
    send_as_lab(server, "Hi Bob.\n");
    CHECK_THAT(message_at(server), Contains("Hi Bob."));
}
