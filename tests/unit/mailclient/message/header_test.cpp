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
