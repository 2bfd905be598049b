#include "mailclient/message/header.h"

#include "catch.h"

#include "common/text/ascii.h"
#include "mailclient/failure.h"
#include "tests/unit/mail_words.h"

TEST_CASE("ASCII words of a text are not encoded", "[mailclient]")
{
    CHECK(mail::text_field("Subject", "Hello") == "Subject: Hello\r\n");
    CHECK(mail::text_field("Subject", "1 = 1? (yes) <no>") == "Subject: 1 = 1? (yes) <no>\r\n");
    CHECK(mail::text_field("Subject", "Grüße") == "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n");
    CHECK(mail::text_field("Subject", "Re: naïve question about it") ==
          "Subject: Re: =?utf-8?Q?na=C3=AFve?= question about it\r\n");
}

TEST_CASE("Any text is encoded in short ASCII lines and decodes to itself", "[mailclient]")
{
    std::string all;
    for (int i = 0; i < 60; ++i)
        all += "wört" + std::to_string(i) + " 𝄞 ";
    const auto text = GENERATE_COPY(values<std::string>({
        "Hello",
        "two  blanks",
        " blank first",
        "blank last ",
        "  ",
        "a tab\there",
        "=?utf-8?Q?not_this?=",
        "half =? of one",
        "naïve",
        "é",
        "a é b é c",
        "日本語の件名はとても長いのでいくつかに分けなければなりません。そうでしょう？",
        std::string(2000, 'x'),
        std::string(990, 'x') + " " + std::string(61, 'y'),
        std::string(40, 'a') + " " + std::string(40, 'b') + " " + std::string(40, 'c'),
        all,
        "question_mark? equals= under_score",
        "ends with é",
    }));
    CAPTURE(text);
    const std::string field = mail::text_field("Subject", text);
    REQUIRE(field.ends_with("\r\n"));
    for (const auto line : net::split(std::string_view(field).substr(0, field.size() - 2), '\n')) {
        CHECK(line.size() <= 79); // with CR
        CHECK(net::trim(line) != "");
    }
    CHECK(mail_words::decoded(mail_words::unfolded(field).substr(9)) == text);
}

TEST_CASE("A line break in a header field is refused", "[mailclient]")
{
    for (const char* text : {"a\r\nBcc: eve@example.org", "a\nb", "a\rb", "a\x1b", "a\xff"}) {
        CHECK_THROWS_AS(mail::text_field("Subject", text), mail::Failure);
        CHECK_THROWS_AS(mail::address_field("To", {{text, "a", "b.example"}}), mail::Failure);
        CHECK_THROWS_AS(mail::parameter_field("X", "y", "filename", text), mail::Failure);
    }
}

TEST_CASE("An additional field is sent as it is, or encoded if it is not ASCII", "[mailclient]")
{
    const std::string address = "<https://example.org/leave/" + std::string(200, 'a') + ">";
    const auto [field, line] = GENERATE_COPY(table<std::string, std::string>({
        {"Auto-Submitted: auto-generated", "Auto-Submitted: auto-generated\r\n"},
        {"X:\t1 ", "X: 1\r\n"},
        {"List-Unsubscribe:" + address, "List-Unsubscribe: " + address + "\r\n"},
        {"X: a  b", "X: a  b\r\n"}, // blanks in a quoted string have a meaning
        {"X: " + std::string(60, 'a') + "  " + std::string(60, 'b'),
         "X: " + std::string(60, 'a') + " \r\n " + std::string(60, 'b') + "\r\n"},
        {"X: " + std::string(75, 'a') + " \t " + std::string(77, 'b'),
         "X: " + std::string(75, 'a') + " \t\r\n " + std::string(77, 'b') + "\r\n"},
        {"References: <a@b> <c@d>", "References: <a@b> <c@d>\r\n"},
        {"Content-Language: de", "Content-Language: de\r\n"},
        {"X: naïve", "X: =?utf-8?Q?na=C3=AFve?=\r\n"},
        {"Fromage: cheddar", "Fromage: cheddar\r\n"},
        {"X: " + std::string(995, 'a'), "X: " + std::string(995, 'a') + "\r\n"},
    }));
    CHECK(mail::additional_field(field) == line);
}

TEST_CASE("An additional field that is none, or another's, is refused", "[mailclient]")
{
    const auto [field, reason] = GENERATE(table<std::string, std::string>({
        {"", "not of the form"},
        {"X", "not of the form"},
        {": x", "not of the form"},
        {"X Y: x", "not of the form"},
        {"X : x", "not of the form"},
        {"\xc3\xa4: x", "not of the form"},
        {"X:", "has no value"},
        {"X: \t", "has no value"},
        {"X: a\r\nBcc: eve@example.org", "line break"},
        {"X: a\nb", "line break"},
        {std::string("X: a\0b", 6), "control character"},
        {"X: \xff", "not UTF-8"},
        {"X: " + std::string(996, 'a'), "no blank"},
        {"X: a " + std::string(998, 'a'), "no blank"},
        {std::string(990, 'X') + ": naïve", "no blank"},
        {"List-Unsubscribe: <https://example.org/ä>", "only free text"},
        {"subject: x", "use --subject"},
        {"BCC: x@y", "use --bcc"},
        {"In-Reply-To: <a@b>", "use --in-reply-to"},
        {"Sender: a@b", "--from"},
        {"Content-Type: text/html", "writes it itself"},
        {"Resent-To: x@y", "sent again"},
        {"Received: by x", "servers add it"},
    }));
    CAPTURE(field);
    CHECK_THROWS_WITH(mail::additional_field(field), Contains(reason));
}

TEST_CASE("Address fields: names are quoted or encoded, lines are folded at commas", "[mailclient]")
{
    using mail::address_field;
    CHECK(address_field("From", {{"", "a", "b.example"}}) == "From: a@b.example\r\n");
    CHECK(address_field("From", {{"Ada Lovelace", "a", "b.example"}}) ==
          "From: Ada Lovelace <a@b.example>\r\n");
    CHECK(address_field("From", {{"Lovelace, Ada", "a", "b.example"}}) ==
          "From: \"Lovelace, Ada\" <a@b.example>\r\n");
    CHECK(address_field("From", {{"Ada \"A\" L.", "a", "b.example"}}) ==
          "From: \"Ada \\\"A\\\" L.\" <a@b.example>\r\n");
    CHECK(address_field("From", {{"Ädä", "a", "b.example"}}) ==
          "From: =?utf-8?Q?=C3=84d=C3=A4?= <a@b.example>\r\n");
    const std::vector<mail::Mailbox> many(20,
                                          {"", "somebody", "a-domain-that-is-rather-long.example"});
    const std::string field = address_field("To", many);
    for (const auto line : net::split(field, '\n'))
        CHECK(line.size() <= 79);
    CHECK(mail_words::unfolded(field).find(", somebody@") != std::string::npos);
}

TEST_CASE("Any file name is encoded in ASCII", "[mailclient]")
{
    const auto field = [](std::string_view name) {
        return mail::parameter_field("Content-Disposition", "attachment", "filename", name);
    };
    CHECK(field("a.txt") == "Content-Disposition: attachment; filename=\"a.txt\"\r\n");
    CHECK(field("two \"words\".txt") ==
          "Content-Disposition: attachment; filename=\"two \\\"words\\\".txt\"\r\n");
    CHECK(field("ü.txt") == "Content-Disposition: attachment; filename*=utf-8''%C3%BC.txt\r\n");
    const std::string long_field = field(std::string(120, 'a') + ".txt");
    CHECK_THAT(long_field, Contains("filename*0*=utf-8''aaa") && Contains("filename*2*=") &&
                               Contains(".txt\r\n"));
    for (const auto line : net::split(long_field, '\n'))
        CHECK(line.size() <= 79);
}
