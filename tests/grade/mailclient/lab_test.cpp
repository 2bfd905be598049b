// The mail client lab, for any program with server, sender, recipient and text file as arguments.
#include "catch.h"

#include <algorithm>
#include <iostream>
#include <regex>
#include <sstream>

#include "common/text/ascii.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/mail.h"

using grade::MailServer;
using grade::ReplyTable;
using grade::send_as_lab;

namespace {

/// The server of the assignment: programs of others may have its port and address built in.
class LabServer : public MailServer {
public:
    explicit LabServer(const ReplyTable& replies = {})
        : MailServer(replies, Tls::none, {}, every_address, grade::built_in_port("MAILCLIENT"))
    {
    }

private:
    static inline const std::string every_address;
};

std::string many_lines()
{
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += "This is line " + std::to_string(i) + "\n";
    return text;
}

std::string message_at(const MailServer& server)
{
    REQUIRE(server.messages().size() == 1);
    return server.messages().front();
}

/// Whether the command says where a value goes. A program without it may have its own.
bool is_told(const std::string& placeholder)
{
    return !grade::is_of_others("MAILCLIENT") ||
           grade::command_of("MAILCLIENT").find(placeholder) != std::string::npos;
}

/// Whether each pattern matches a line, in this order. Other lines may stand between them: a login.
bool are_in_order(const std::vector<std::string>& lines, const std::vector<const char*>& patterns)
{
    auto line = lines.begin();
    return std::ranges::all_of(patterns, [&](const char* pattern) {
        const std::regex expression(pattern, std::regex::icase);
        line = std::find_if(line, lines.end(), [&](const std::string& candidate) {
            return std::regex_match(candidate, expression);
        });
        return line != lines.end();
    });
}

} // namespace

TEST_CASE("The client sends the commands of SMTP in order", "[mailclient][lab]")
{
    const LabServer server;
    send_as_lab(server, "Hi Bob.\n");
    CHECK(are_in_order(server.lines(), {"(HELO|EHLO)( .+)?", "MAIL FROM: ?<[^>]+@[^>]+>.*",
                                        "RCPT TO: ?<[^>]+@[^>]+>.*", "DATA", "QUIT"}));
    for (const auto& [placeholder, line] : {std::pair{"{from}", "MAIL FROM: ?<ada@x\\.example>.*"},
                                            {"{to}", "RCPT TO: ?<bob@x\\.example>.*"}})
        if (is_told(placeholder)) CHECK(are_in_order(server.lines(), {line}));
}

TEST_CASE("The text arrives", "[mailclient][lab]")
{
    const LabServer server;
    send_as_lab(server, "Hi Bob.\n");
    const std::string message = message_at(server);
    CHECK_FALSE(net::trim(message).empty());
    if (is_told("{file}")) CHECK_THAT(message, Contains("Hi Bob."));
}

TEST_CASE("A text of many lines arrives completely", "[mailclient][lab]")
{
    if (!is_told("{file}")) {
        std::cerr << "skipped: the command has no {file}, so the program has a text of its own\n";
        return;
    }
    const LabServer server;
    send_as_lab(server, many_lines());
    const std::string message = message_at(server);
    std::istringstream lines(message);
    int next = 0;
    for (std::string line; std::getline(lines, line);) // with whatever line ends
        if (net::trim(line.substr(0, line.find('\r'))) == "This is line " + std::to_string(next))
            ++next;
    CHECK(next == 5000);
}

TEST_CASE("Lines end with CR LF, whatever the file has", "[mailclient][extra]")
{
    const LabServer server;
    send_as_lab(server, many_lines());
    const std::string message = message_at(server);
    CHECK(message.find("line 0\r\n") != std::string::npos);
    CHECK(message.find("line 4999\r\n") != std::string::npos); // RFC 5321 §2.3.8
}

TEST_CASE("The message has a header with From and To", "[mailclient][extra]")
{
    const LabServer server;
    send_as_lab(server, "Hi Bob.\n");
    CHECK_THAT(message_at(server), Matches("[^]*From: [^\r\n]*ada@x\\.example[^]*") &&
                                       Matches("[^]*To: [^\r\n]*bob@x\\.example[^]*") &&
                                       Contains("\r\n\r\nHi Bob."));
}

TEST_CASE("Lines that begin with a dot arrive unchanged", "[mailclient][extra]")
{
    const LabServer server;
    send_as_lab(server, "one\n.\n..two\n.three\nfour\n"); // RFC 5321, section 4.5.2
    CHECK_THAT(message_at(server), Contains("one\r\n.\r\n..two\r\n.three\r\nfour\r\n"));
}

TEST_CASE("A refusal is reported with the server's text, and nothing is sent",
          "[mailclient][robust]")
{
    const auto refused = GENERATE(as<std::string>{}, "MAIL", "RCPT", "DATA");
    const LabServer server(ReplyTable{{refused, "550 5.7.1 not from you\r\n"}});
    const auto outcome = send_as_lab(server, "Hi Bob.\n");
    CHECK(outcome.status != 0);
    CHECK_THAT(outcome.out + outcome.err, Contains("not from you"));
    CHECK(server.messages().empty());
}

TEST_CASE("Replies of several lines are read completely", "[mailclient][robust]")
{
    const LabServer server(
        ReplyTable{{"greeting", "220-Welcome\r\n220-to the\r\n220 mail.example\r\n"},
                   {"MAIL", "250-yes\r\n250 yes\r\n"},
                   {"RCPT", "250-yes\r\n250-and\r\n250 yes\r\n"}});
    send_as_lab(server, "Hi Bob.\n");
    CHECK_THAT(message_at(server), Contains("Hi Bob."));
}
