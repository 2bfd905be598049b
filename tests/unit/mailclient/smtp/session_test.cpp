#include "mailclient/smtp/session.h"

#include "catch.h"

#include "common/text/base64.h"
#include "common/tls/tls.h"
#include "tests/unit/mail_dialogue.h"

using mail_dialogue::Dialogue;
using namespace std::string_literals;

namespace {

const std::string greeting = "220 mail.example ESMTP\r\n";
const std::string plain_hello = "250 mail.example\r\n";
const std::string rich_hello = "250-mail.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
                               "250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n";
const mail::Envelope to_bob{.sender = "ada@x.example", .recipients = {"bob@x.example"}};
const mail::Envelope to_both{.sender = "ada@x.example",
                             .recipients = {"bob@x.example", "eve@x.example"}};
const mail::Message hello("Subject: hello\r\n\r\n.\r\n");

/// The failure of `step` as "STATUS text"; empty when it succeeds.
template <typename Step> std::string failure_of(Step step)
{
    try {
        step();
    } catch (const mail::Failure& failure) {
        return std::to_string(static_cast<int>(failure.status())) + " " + failure.what();
    }
    return "";
}

std::string failure_of_sending(std::deque<std::string> pieces,
                               const mail::Envelope& envelope = to_bob,
                               const mail::Message& message = hello)
{
    Dialogue dialogue(std::move(pieces));
    return failure_of([&] {
        dialogue.session.greet();
        static_cast<void>(dialogue.session.transfer(envelope, message));
    });
}

} // namespace

TEST_CASE("Without extensions a message is sent command by command", "[mailclient]")
{
    Dialogue dialogue({greeting, plain_hello, "250 a\r\n", "250 b\r\n", "354 c\r\n",
                       "250 2.0.0 queued\r\n", "221 bye\r\n"});
    dialogue.session.greet();
    const auto delivery = dialogue.session.transfer(to_bob, hello);
    dialogue.session.quit();
    CHECK(delivery.reply.text() == "250 2.0.0 queued");
    CHECK(delivery.refused.empty());
    CHECK(dialogue.sent() == "EHLO client.example\r\n"
                             "MAIL FROM:<ada@x.example>\r\n"
                             "RCPT TO:<bob@x.example>\r\n"
                             "DATA\r\n"
                             "Subject: hello\r\n\r\n..\r\n.\r\n"
                             "QUIT\r\n");
}

TEST_CASE("Replies are parsed wherever the network splits them", "[mailclient]")
{
    const std::string all = greeting + rich_hello + "250 a\r\n250 b\r\n354 c\r\n250 d\r\n";
    for (std::size_t size = 1; size < 12; ++size) {
        std::deque<std::string> pieces;
        std::size_t at = greeting.size();
        pieces.push_back(greeting);
        for (const auto& stage : {rich_hello, "250 a\r\n250 b\r\n354 c\r\n"s, "250 d\r\n"s})
            for (std::size_t begin = 0; begin < stage.size(); begin += size)
                pieces.push_back(stage.substr(begin, size));
        CAPTURE(size, at);
        CHECK(failure_of_sending(pieces) == "");
    }
}

TEST_CASE("A server without EHLO gets HELO", "[mailclient]")
{
    Dialogue dialogue({greeting, "502 what?\r\n", "250 oh, hello\r\n"});
    dialogue.session.greet();
    CHECK(dialogue.sent() == "EHLO client.example\r\nHELO client.example\r\n");
    CHECK_FALSE(dialogue.session.offer().is_extended);
}

TEST_CASE("Commands are pipelined if PIPELINING is offered, with the offered parameters",
          "[mailclient]")
{
    Dialogue dialogue(
        {greeting, rich_hello, "250 a\r\n250 b\r\n550 5.1.1 no\r\n354 c\r\n", "250 taken\r\n"});
    dialogue.session.greet();
    mail::Envelope envelope = to_both;
    envelope.needs_utf8 = true;
    const auto delivery =
        dialogue.session.transfer(envelope, mail::Message("Subject: \xe9\r\n\r\n"));
    REQUIRE(delivery.refused.size() == 1);
    CHECK(delivery.refused[0].recipient == "eve@x.example");
    CHECK(delivery.refused[0].reply.text() == "550 5.1.1 no");
    CHECK_THAT(dialogue.sent(), Contains("MAIL FROM:<ada@x.example> SIZE=14 BODY=8BITMIME "
                                         "SMTPUTF8\r\nRCPT TO:<bob@x.example>\r\nRCPT "
                                         "TO:<eve@x.example>\r\nDATA\r\n"));
}

TEST_CASE("A 354 after all recipients are refused is answered by a single dot", "[mailclient]")
{
    Dialogue dialogue({greeting, rich_hello, "250 a\r\n550 no\r\n550 no\r\n354 go on\r\n",
                       "554 nobody to send it to\r\n", "250 reset\r\n",
                       "250 a\r\n250 b\r\n354 c\r\n", "250 taken\r\n"});
    dialogue.session.greet();
    CHECK(dialogue.session.transfer(to_both, hello).refused.size() == 2);
    CHECK(dialogue.sent().ends_with("DATA\r\n.\r\n"));
    CHECK(failure_of([&] { static_cast<void>(dialogue.session.transfer(to_bob, hello)); }) == "");
    CHECK_THAT(dialogue.sent(), Contains(".\r\nRSET\r\nMAIL FROM"));
}

TEST_CASE("The refusal of all recipients counts, whatever the server sends next", "[mailclient]")
{
    const auto after = GENERATE(values<std::deque<std::string>>(
        {{}, {""}, {"421 too many errors\r\n"}, {"what?\r\n"}, {"354 go on\r\n"}}));
    const auto dialogue_of = [&](const std::string& replies) {
        std::deque<std::string> pieces{greeting, rich_hello, replies};
        pieces.insert(pieces.end(), after.begin(), after.end());
        return Dialogue(std::move(pieces));
    };
    auto without_recipients = dialogue_of("250 a\r\n450 later\r\n550 no\r\n");
    without_recipients.session.greet();
    const auto refused = without_recipients.session.transfer(to_both, hello).refused;
    REQUIRE(refused.size() == 2);
    CHECK(refused[0].reply.text() == "450 later");
    CHECK(refused[1].reply.text() == "550 no");
    CHECK_FALSE(without_recipients.session.is_open());

    auto without_sender = dialogue_of("550 not you\r\n503 no\r\n503 no\r\n");
    without_sender.session.greet();
    CHECK(failure_of([&] { static_cast<void>(without_sender.session.transfer(to_both, hello)); }) ==
          "69 send through mail.example, MAIL FROM:<ada@x.example> SIZE=21: 550 not you");
    CHECK_FALSE(without_sender.session.is_open());
}

TEST_CASE("A failure contains the recipients that were refused before it", "[mailclient]")
{
    struct Row {
        std::string to_data;
        std::string to_dot;
        mail::Exit status;
    };
    const auto row = GENERATE(values<Row>({{"451 full\r\n", "", mail::Exit::temporary},
                                           {"354 c\r\n", "554 spam\r\n", mail::Exit::unavailable},
                                           {"354 c\r\n", "", mail::Exit::temporary}}));
    Dialogue dialogue({greeting, plain_hello, "250 a\r\n", "250 b\r\n", "550 5.1.1 no\r\n",
                       row.to_data, row.to_dot});
    dialogue.session.greet();
    try {
        static_cast<void>(dialogue.session.transfer(to_both, hello));
        FAIL("it was sent");
    } catch (const mail::FailureAfterRefusals& failure) {
        CHECK(failure.status() == row.status);
        REQUIRE(failure.refused().size() == 1);
        CHECK(failure.refused()[0].recipient == "eve@x.example");
        CHECK(failure.refused()[0].reply.text() == "550 5.1.1 no");
    }
}

TEST_CASE("A refused sender ends the transaction", "[mailclient]")
{
    CHECK_THAT(failure_of_sending({greeting, plain_hello, "550 5.7.1 not you\r\n"}),
               Contains("69 ") && Contains("MAIL FROM:<ada@x.example>: 550 5.7.1 not you"));
    CHECK_THAT(
        failure_of_sending({greeting, rich_hello, "550 not you\r\n503 what?\r\n503 what?\r\n"}),
        Contains("69 ") && Contains("550 not you"));
    CHECK_THAT(failure_of_sending(
                   {greeting, rich_hello, "530 5.7.0 who are you?\r\n503 no\r\n503 no\r\n"}),
               Contains("77 ") && Contains("530 5.7.0") && Contains("--user"));
}

TEST_CASE("The server's reply decides the exit status", "[mailclient]")
{
    struct Row {
        std::deque<std::string> after_hello;
        std::string failure;
    };
    const auto row = GENERATE(values<Row>({
        {{"451 later\r\n"}, "75 send through mail.example, MAIL FROM:<ada@x.example>: 451 later"},
        {{"250 a\r\n", "354 go on\r\n"},
         "76 send through mail.example, RCPT TO:<bob@x.example>: 354 go on (unexpected reply)"},
        {{"250 a\r\n", "250 b\r\n", "451 full\r\n"}, "75 send through mail.example, DATA: 451"},
        {{"250 a\r\n", "250 b\r\n", "554 no\r\n"}, "69 send through mail.example, DATA: 554 no"},
        {{"250 a\r\n", "250 b\r\n", "250 what?\r\n"}, "76 send through mail.example, DATA: 250"},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n", "554 spam\r\n"}, "69 send the message to"},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n", "452 full\r\n"}, "75 send the message to"},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n", "354 c\r\n"}, "76 send the message to"},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n"},
         "75 send the message to mail.example: the server "
         "closed the connection"},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n", ""},
         "75 send the message to mail.example: the "
         "server did not reply in time"},
        {{"421 going down\r\n"}, "75 send through mail.example, MAIL FROM:<ada@x.example>: 421"},
        {{}, "75 send through mail.example, MAIL FROM:<ada@x.example>: the server closed"},
        {{""}, "75 send through mail.example, MAIL FROM:<ada@x.example>: the server did not"},
        {{"250 a\r\n250 b\r\n"},
         "76 send through mail.example: the server sent an unsolicited reply"},
        {{"HTTP/1.1 200 OK\r\n"},
         "76 send through mail.example, MAIL FROM:<ada@x.example>: the "
         "server's reply is not SMTP: 'HTTP/1.1 200 OK"},
        {{"250-a\r\n550 b\r\n"}, "76 "},
        {{"999 a\r\n"}, "76 "},
        {{"250"s + std::string(70'000, 'a')}, "76 "},
    }));
    std::deque<std::string> pieces{greeting, plain_hello};
    pieces.insert(pieces.end(), row.after_hello.begin(), row.after_hello.end());
    CAPTURE(row.failure);
    CHECK_THAT(failure_of_sending(pieces), StartsWith(row.failure));
}

TEST_CASE("A reply before the end of the message never accepts it", "[mailclient]")
{
    struct Row {
        std::string behind_354;
        std::string failure;
    };
    const auto row = GENERATE(values<Row>({
        {"554 no\r\n", "69 send the message to mail.example: 554 no"},
        {"451 later\r\n", "75 send the message to mail.example: 451 later"},
        {"421 bye\r\n", "75 send the message to mail.example: 421 bye"},
        {"250 taken\r\n", "76 send the message to mail.example: the server replied before"},
        {"354 go on\r\n", "76 send the message to mail.example: the server replied before"},
        {"25", "76 send the message to mail.example: the server replied before"},
        {"what?\r\n", "76 "},
    }));
    CAPTURE(row.behind_354);
    Dialogue dialogue({greeting, plain_hello, "250 a\r\n", "250 b\r\n",
                       "354 c\r\n" + row.behind_354, row.behind_354 == "25" ? "0 ok\r\n" : "",
                       "554 spam\r\n"});
    dialogue.session.greet();
    CHECK_THAT(failure_of([&] { static_cast<void>(dialogue.session.transfer(to_bob, hello)); }),
               StartsWith(row.failure));
    CHECK_FALSE(dialogue.session.is_open());
    CHECK(dialogue.sent().ends_with("DATA\r\n"));
}

TEST_CASE("The reply to the final dot is not taken for an early reply", "[mailclient]")
{
    constexpr std::size_t block = 65536;
    for (std::size_t size = block - 8; size <= block + 8; ++size) {
        CAPTURE(size);
        std::string lines;
        while (lines.size() + 200 < size)
            lines += std::string(98, 'x') + "\r\n";
        lines += std::string(size - lines.size() - 2, 'x') + "\r\n";
        CHECK(failure_of_sending(
                  {greeting, plain_hello, "250 a\r\n", "250 b\r\n", "354 c\r\n", "250 taken\r\n"},
                  to_bob, mail::Message(lines)) == "");
    }
}

TEST_CASE("The greeting can refuse the session", "[mailclient]")
{
    const auto greet = [](const std::string& said) {
        Dialogue dialogue({said});
        return failure_of([&] { dialogue.session.greet(); });
    };
    CHECK_THAT(greet("554 no\r\n"), Contains("69 read the greeting of mail.example: 554 no"));
    CHECK_THAT(greet("421 busy\r\n"), Contains("75 read the greeting of mail.example: 421 busy"));
    CHECK_THAT(greet("SSH-2.0-OpenSSH\r\n"), Contains("76 ") && Contains("SSH-2.0"));
    CHECK_THAT(greet("\x1b[2J\n"), Contains("\\x1b[2J"));
    CHECK_THAT(greet(""),
               Contains("75 ") && Contains("did not reply in time") && Contains("smtps://HOST"));
}

TEST_CASE("The remedy for a failure of TLS or for a 530 is named", "[mailclient]")
{
    CHECK_THAT(mail::tls_problem(net::Error("start TLS with a: wrong version number")),
               Contains("smtp://HOST"));
    CHECK_THAT(mail::tls_problem(net::Error("the certificate is self-signed")), Contains("--ca"));
    CHECK(mail::tls_problem(net::Error("no")) == "no");
    CHECK_THAT(failure_of_sending({greeting, plain_hello, "530 5.7.0 Issue STARTTLS first\r\n"}),
               Contains("--tls") && !Contains("--user"));
    CHECK_THAT(failure_of_sending({greeting, plain_hello, "530 5.7.0 Log in\r\n"}),
               Contains("(log in with --user)"));
    CHECK_THAT(failure_of_sending({greeting, plain_hello, ""}), !Contains("smtps://"));
}

TEST_CASE("The failure of all alternatives is temporary if one of them is", "[mailclient]")
{
    using mail::Exit;
    const auto status_of = [](std::initializer_list<Exit> each) {
        mail::Alternatives failed;
        for (const Exit status : each)
            failed.add({status, "why"});
        return failed.failure().status();
    };
    CHECK(status_of({Exit::temporary, Exit::unavailable}) == Exit::temporary);
    CHECK(status_of({Exit::unavailable, Exit::temporary}) == Exit::temporary);
    CHECK(status_of({Exit::unavailable, Exit::no_host}) == Exit::no_host);
    mail::Alternatives failed;
    failed.add({Exit::unavailable, "a"});
    failed.add({Exit::unavailable, "b"});
    CHECK(failed.failure().what() == "a; b"s);
}

TEST_CASE("A message that the server cannot accept is not started", "[mailclient]")
{
    const mail::Message large(std::string(996, 'a') + "\r\n" + std::string(10, 'b') + "\r\n");
    CHECK_THAT(failure_of_sending({greeting, rich_hello}, to_bob, large),
               Contains("69 ") && Contains("1010 octets") && Contains("limit of 1000"));
    CHECK_THAT(failure_of_sending({greeting, plain_hello}, to_bob, mail::Message("\xe9\r\n")),
               Contains("69 ") && Contains("8BITMIME"));
    mail::Envelope envelope = to_bob;
    envelope.needs_utf8 = true;
    CHECK_THAT(failure_of_sending({greeting, plain_hello}, envelope),
               Contains("69 ") && Contains("SMTPUTF8"));
}

TEST_CASE("After the final 250 errors are ignored", "[mailclient]")
{
    for (const std::string& end : {""s, "421 bye\r\n"s, "garbage\r\n"s}) {
        Dialogue dialogue(
            {greeting, plain_hello, "250 a\r\n", "250 b\r\n", "354 c\r\n", "250 taken\r\n", end});
        dialogue.session.greet();
        CHECK(dialogue.session.transfer(to_bob, hello).reply.code == 250);
        CHECK_NOTHROW(dialogue.session.quit());
    }
}

TEST_CASE("Many recipients are sent in several groups of commands", "[mailclient]")
{
    mail::Envelope envelope{.sender = "a@x.example", .recipients = {}};
    std::string replies = "250 sender\r\n";
    std::deque<std::string> pieces{greeting, rich_hello};
    for (int i = 0; i < 250; ++i)
        envelope.recipients.push_back("r" + std::to_string(i) + "@x.example");
    for (int i = 0; i < 250; ++i) {
        replies += i % 50 == 7 ? "450 not now\r\n" : "250 ok\r\n";
        if (i % 100 == 98) pieces.push_back(std::exchange(replies, ""));
    }
    pieces.push_back(replies + "354 go on\r\n");
    pieces.emplace_back("250 taken\r\n");
    Dialogue dialogue(pieces);
    dialogue.session.greet();
    const auto delivery = dialogue.session.transfer(envelope, hello);
    REQUIRE(delivery.refused.size() == 5);
    CHECK(delivery.refused[1].recipient == "r57@x.example");
}

TEST_CASE("Too many recipients are told from other refusals", "[mailclient]")
{
    struct Row {
        int code;
        std::string text;
        bool expected;
    };
    const auto row = GENERATE(values<Row>({
        {452, "4.5.3 Too many recipients", true},
        {452, "Too many recipients received this hour", true},
        {452, "", true},
        {552, "5.5.3 Too many recipients", true},
        {552, "Too many recipients", true},
        {452, "4.3.1 Insufficient system storage", false},
        {452, "4.4.5 Insufficient disk space; try again later", false},
        {452, "4.2.2 The mailbox is over quota", false},
        {552, "5.2.2 Mailbox full", false},
        {450, "4.5.3 Too many recipients", false},
        {550, "5.5.3 Too many recipients", false},
    }));
    CAPTURE(row.code, row.text);
    CHECK(mail::is_too_many_recipients({.code = row.code, .lines = {row.text}}) == row.expected);
}

TEST_CASE("A transaction ends its recipients at the server's limit", "[mailclient]")
{
    struct Row {
        std::string hello;
        std::deque<std::string> replies; // to MAIL and RCPT
        std::string refused;
        std::string postponed;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {plain_hello, {"250 a\r\n", "250 b\r\n", "452 4.5.3 d\r\n"}, "", "bce"},
        {plain_hello, {"250 a\r\n", "250 b\r\n", "550 c\r\n", "552 d\r\n"}, "b", "ce"},
        {plain_hello,
         {"250 a\r\n", "250 b\r\n", "452 4.3.1 c\r\n", "250 d\r\n", "250 e\r\n"},
         "b",
         ""},
        {plain_hello,
         {"250 a\r\n", "452 b\r\n", "250 c\r\n", "452 d\r\n"}, // the first is no limit
         "a",
         "ce"},
        {rich_hello, {"250 a\r\n250 b\r\n452 c\r\n250 d\r\n452 e\r\n"}, "", "be"},
    }));
    std::deque<std::string> pieces{greeting, row.hello};
    pieces.insert(pieces.end(), row.replies.begin(), row.replies.end());
    pieces.insert(pieces.end(), {"354 go on\r\n", "250 taken\r\n"});
    Dialogue dialogue(pieces);
    dialogue.session.greet();
    const auto delivery = dialogue.session.transfer(
        {.sender = "s@x", .recipients = {"a@x", "b@x", "c@x", "e@x"}}, hello);
    const auto initials = [](const std::vector<mail::RefusedRecipient>& list) {
        std::string all;
        for (const auto& each : list)
            all += each.recipient.front();
        return all;
    };
    CHECK(initials(delivery.refused) == row.refused);
    CHECK(initials(delivery.postponed) == row.postponed);
    CHECK(delivery.reply.code == 250);
    for (const auto& each : delivery.postponed)
        CHECK((each.reply.code == 452 || each.reply.code == 552));
}

TEST_CASE("A session that ends before MAIL is accepted has ended between messages", "[mailclient]")
{
    struct Row {
        std::deque<std::string> after;
        bool expected;
    };
    const auto row = GENERATE(values<Row>({
        {{"421 enough\r\n"}, true},
        {{}, true},
        {{"550 no\r\n"}, false}, // the session goes on
        {{"250 a\r\n", "421 enough\r\n"}, false},
        {{"250 a\r\n", "250 b\r\n", "354 c\r\n"}, false},
    }));
    std::deque<std::string> pieces{greeting,    plain_hello, "250 a\r\n",
                                   "250 b\r\n", "354 c\r\n", "250 taken\r\n"};
    pieces.insert(pieces.end(), row.after.begin(), row.after.end());
    Dialogue dialogue(pieces);
    dialogue.session.greet();
    CHECK(dialogue.session.transfer(to_bob, hello).reply.code == 250);
    CHECK(failure_of([&] { static_cast<void>(dialogue.session.transfer(to_bob, hello)); }) != "");
    CHECK(dialogue.session.has_ended_between_messages() == row.expected);
}

TEST_CASE("Data after the 220 of STARTTLS ends the session", "[mailclient]")
{
    Dialogue dialogue({greeting, "250 STARTTLS\r\n", "220 go on\r\n250 injected\r\n"});
    dialogue.session.greet();
    CHECK_THAT(failure_of([&] { dialogue.session.start_tls(""); }),
               Contains("76 ") && Contains("an attacker may have injected"));
    CHECK_FALSE(dialogue.session.is_open());
    CHECK(dialogue.sent().ends_with("STARTTLS\r\n"));
}

TEST_CASE("A refusal of STARTTLS is a failure", "[mailclient]")
{
    for (const auto& [reply, status] :
         {std::pair{"454 not now\r\n", "75 "}, {"502 no\r\n", "69 "}}) {
        Dialogue dialogue({greeting, "250 STARTTLS\r\n", reply});
        dialogue.session.greet();
        CHECK_THAT(failure_of([&] { dialogue.session.start_tls(""); }), Contains(status));
    }
}

TEST_CASE("There is no login without encryption", "[mailclient]")
{
    Dialogue dialogue({greeting, rich_hello, "235 welcome\r\n"});
    dialogue.session.greet();
    const auto login = mail::make_login("PLAIN", {.user = "ada", .password = "secret"}, {}, "n");
    CHECK_THAT(failure_of([&] { dialogue.session.log_in(login); }),
               Contains("77 ") && Contains("not encrypted"));
    CHECK_THAT(dialogue.sent(), !Contains("AUTH"));
}

TEST_CASE("A login sends the responses of its mechanism", "[mailclient]")
{
    struct Row {
        std::string mechanism;
        std::deque<std::string> replies;
        std::string sent;
        std::string failure;
    };
    const std::string long_token(600, 't');
    const auto row = GENERATE(values<Row>({
        {"PLAIN", {"235 ok\r\n"}, "AUTH PLAIN AGFkYQBzZWNyZXQ=\r\n", ""},
        {"LOGIN",
         {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"},
         "AUTH LOGIN\r\nYWRh\r\nc2VjcmV0\r\n",
         ""},
        {"PLAIN", {"535 5.7.8 no\r\n"}, "", "77 log in to mail.example by PLAIN: 535 5.7.8 no"},
        {"PLAIN", {"454 4.7.0 no\r\n"}, "", "75 "},
        {"PLAIN", {"334 what\r\n", "501 cancelled\r\n"}, "*\r\n", "76 "},
        {"LOGIN",
         {"334 Username:\r\n", "334 Password:\r\n", "235 ok\r\n"}, // not base64
         "AUTH LOGIN\r\nYWRh\r\nc2VjcmV0\r\n",
         ""},
        {"LOGIN",
         {"334 VXNlcm5hbWU6\r\n", "334 !\r\n", "535 no\r\n"},
         "c2VjcmV0\r\n",
         "77 log in to mail.example by LOGIN: 535 no (--auth: the server also offers PLAIN)"},
        {"CRAM-MD5", {"334 !\r\n", "501 cancelled\r\n"}, "*\r\n", "76 "},
        {"XOAUTH2",
         {"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n", "535 expired\r\n"},
         "AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgdG9rZW4BAQ==\r\n\r\n",
         "77 log in to mail.example by XOAUTH2: 535 expired, {\"status\":\"400\"}"},
        {"OAUTHBEARER", {"334 e30=\r\n", "535 expired\r\n"}, "\r\nAQ==\r\n", "77 "},
    }));
    CAPTURE(row.mechanism, row.failure);
    std::deque<std::string> pieces{greeting, rich_hello};
    pieces.insert(pieces.end(), row.replies.begin(), row.replies.end());
    Dialogue dialogue(pieces, true);
    dialogue.session.greet();
    const auto failure = failure_of([&] {
        dialogue.session.log_in(
            mail::make_login(row.mechanism, {.user = "ada", .password = "secret", .token = "token"},
                             {.host = "mail.example", .port = 25}, "n"));
    });
    CHECK(failure.substr(0, row.failure.size()) == row.failure);
    CHECK(failure.empty() == row.failure.empty());
    CHECK(dialogue.sent().ends_with(row.sent));
    CHECK_THAT(failure, !Contains("secret") && !Contains("c2VjcmV0"));
}

TEST_CASE("A login that fails midway is cancelled, and the failure has its cause", "[mailclient]")
{
    if (!net::has_tls()) return;
    struct Row {
        std::string challenge;
        std::string failure;
    };
    const auto row = GENERATE(values<Row>({
        {"e=unknown-user", "77 log in by SCRAM-SHA-256: the server refuses: unknown-user"},
        {"r=other,s=c2FsdA==,i=4096", "76 "},
        {"r=n1,s=c2FsdA==,i=1", "76 "},
    }));
    CAPTURE(row.challenge);
    Dialogue dialogue({greeting, rich_hello, "334 " + net::base64(row.challenge) + "\r\n",
                       "501 5.7.0 cancelled\r\n", "221 bye\r\n"},
                      true);
    dialogue.session.greet();
    const auto failure = failure_of([&] {
        dialogue.session.log_in(
            mail::make_login("SCRAM-SHA-256", {.user = "ada", .password = "secret"}, {}, "n"));
    });
    dialogue.session.quit();
    CHECK_THAT(failure, StartsWith(row.failure));
    CHECK(dialogue.sent().ends_with("\r\n*\r\nQUIT\r\n"));
}

TEST_CASE("Secrets that the server echoes are not shown", "[mailclient]")
{
    for (const std::string echo :
         {"501 what is AUTH PLAIN AGFkYQBzM2NyZXQ=\r\n", "501 AUTH PLAIN AGFkYQBzM2Ny\r\n",
          "535-no\r\n535 not with s3cret\r\n", "421 s3cret\r\n", "AUTH PLAIN AGFkYQBzM2NyZXQ=\r\n",
          "334 AGFkYQBzM2NyZXQ=\r\n501 s3cret\r\n"}) {
        CAPTURE(echo);
        Dialogue dialogue({greeting, rich_hello, echo}, true);
        dialogue.session.greet();
        const auto failure = failure_of([&] {
            dialogue.session.log_in(
                mail::make_login("PLAIN", {.user = "ada", .password = "s3cret"}, {}, ""));
        });
        CHECK_THAT(failure, !Contains("s3cret") && !Contains("AGFkYQ"));
        CHECK_FALSE(failure.empty());
    }
}

TEST_CASE("An initial response too long for a command line is sent separately", "[mailclient]")
{
    Dialogue dialogue({greeting, rich_hello, "334 \r\n", "235 ok\r\n"}, true);
    dialogue.session.greet();
    dialogue.session.log_in(
        mail::make_login("XOAUTH2", {.user = "ada", .token = std::string(600, 't')}, {}, "n"));
    CHECK_THAT(dialogue.sent(), Contains("AUTH XOAUTH2\r\ndXNlcj1hZGEB"));
}
