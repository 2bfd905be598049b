// UTF-8 and quoted-printable.
#include "catch.h"

#include "common/text/ascii.h"
#include "common/text/utf8.h"
#include "mailclient/message/quoted_printable.h"

using namespace std::string_literals;

TEST_CASE("Malformed UTF-8 is detected", "[mailclient]")
{
    for (const char* good : {"", "a", "\x7f", "é", "€", "𝄞", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
        CAPTURE(good);
        CHECK(net::is_utf8(good));
    }
    for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe2\x82", "\xe0\x80\x80",
                            "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\xff", "a\xe9z", "\xe2\x28\xa1"}) {
        CAPTURE(bad);
        CHECK_FALSE(net::is_utf8(bad));
    }
    CHECK(net::character_size("€a") == 3);
    CHECK(net::character_size("\xff"
                              "a") == 1);
    CHECK(net::character_size("") == 0);
}

TEST_CASE("Quoted-printable encodes only what must be encoded", "[mailclient]")
{
    struct Row {
        std::string text;
        std::string coded;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"plain text\r\n", "plain text\r\n"},
        {"1 + 1 = 2", "1 + 1 =3D 2"},
        {"é", "=C3=A9"},
        {"end \r\nend\t\r\n", "end=20\r\nend=09\r\n"},
        {"a\rb\nc\0"s, "a=0Db=0Ac=00"},
        {".\r\nFrom me\r\n", "=2E\r\n=46rom me\r\n"},
        {std::string(76, 'a'), std::string(76, 'a')},
        {std::string(77, 'a'), std::string(75, 'a') + "=\r\naa"},
        {std::string(75, 'a') + " \r\n", std::string(75, 'a') + "=\r\n=20\r\n"},
    }));
    CAPTURE(row.text);
    CHECK(mail::quoted_printable(row.text) == row.coded);
}

TEST_CASE("No line of quoted-printable is longer than 76 characters", "[mailclient]")
{
    for (std::size_t size = 0; size < 200; ++size)
        for (auto line :
             net::split(mail::quoted_printable(std::string(size, 'x') + "ü. \t="), '\n'))
            CHECK(line.size() <= 77); // with CR
}
