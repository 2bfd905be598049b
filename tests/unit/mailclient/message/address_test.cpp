#include "mailclient/message/address.h"

#include "catch.h"

#include "mailclient/failure.h"

using mail::Mailbox;

TEST_CASE("All forms of an address are parsed", "[mailclient]")
{
    struct Row {
        std::string text;
        Mailbox expected;
    };
    const auto row = GENERATE(values<Row>({
        {"ada@example.org", {"", "ada", "example.org"}},
        {"  ada@example.org ", {"", "ada", "example.org"}},
        {"<ada@example.org>", {"", "ada", "example.org"}},
        {"Ada <ada@example.org>", {"Ada", "ada", "example.org"}},
        {"Ada Lovelace<ada@example.org>", {"Ada Lovelace", "ada", "example.org"}},
        {"\"Lovelace, Ada\" <ada@example.org>", {"Lovelace, Ada", "ada", "example.org"}},
        {"\"a \\\"b\\\" \\\\\" <ada@example.org>", {"a \"b\" \\", "ada", "example.org"}},
        {"Ada M. Lovelace <ada@example.org>", {"Ada M. Lovelace", "ada", "example.org"}},
        {"Ädä Løvelace <ada@example.org>", {"Ädä Løvelace", "ada", "example.org"}},
        {"ada@example.org (at home (or not))", {"", "ada", "example.org"}},
        {"(her) Ada (L.) <(x)ada@example.org>", {"Ada", "ada", "example.org"}},
        {"Ada <@relay.example:ada@example.org>", {"Ada", "ada", "example.org"}},
        {"<@a.example,@[192.0.2.1]:ada@example.org>", {"", "ada", "example.org"}},
        {"first.last+tag@a-b.example", {"", "first.last+tag", "a-b.example"}},
        {"\"with blank\"@example.org", {"", "with blank", "example.org"}},
        {"\"a@b\"@example.org", {"", "a@b", "example.org"}},
        {"ada@[192.0.2.1]", {"", "ada", "[192.0.2.1]"}},
        {"ada@[IPv6:2001:db8::1]", {"", "ada", "[IPv6:2001:db8::1]"}},
        {"пример@почта.рф", {"", "пример", "почта.рф"}},
        {"o'hara!#$%&*+-/=?^_`{|}~@example.org", {"", "o'hara!#$%&*+-/=?^_`{|}~", "example.org"}},
    }));
    CAPTURE(row.text);
    CHECK(mail::parse_address(row.text) == row.expected);
}

TEST_CASE("An address without a domain gets the given one", "[mailclient]")
{
    struct Row {
        std::string text;
        Mailbox expected;
    };
    const auto row = GENERATE(values<Row>({
        {"root", {"", "root", "home.example"}},
        {"first.last", {"", "first.last", "home.example"}},
        {"root (Cron Daemon)", {"", "root", "home.example"}},
        {"<root>", {"", "root", "home.example"}},
        {"Root <root>", {"Root", "root", "home.example"}},
        {"ada@example.org", {"", "ada", "example.org"}},
    }));
    CAPTURE(row.text);
    CHECK(mail::parse_address(row.text, "home.example") == row.expected);
    CHECK(mail::parse_addresses(row.text + ", " + row.text, "home.example").size() == 2);
    CHECK_THROWS_WITH(mail::parse_address("root", "home.example>"), Contains("not a host name"));
    CHECK_THROWS_WITH(mail::parse_address("<>", "home.example"), Contains("no @ between"));
}

TEST_CASE("A sender may be null", "[mailclient]")
{
    for (const std::string text : {"", "<>", " <> "})
        CHECK(mail::spec(mail::parse_sender(text, "home.example")).empty());
    CHECK(mail::spec(mail::parse_sender("ada@x.example")) == "ada@x.example");
    CHECK(mail::spec(mail::parse_sender("root", "home.example")) == "root@home.example");
    CHECK_THROWS_WITH(mail::parse_sender("< >"), Contains("no @ between"));
    CHECK_THROWS_WITH(mail::parse_sender("root"), Contains("there is no @"));
}

TEST_CASE("An invalid address is refused with the reason", "[mailclient]")
{
    struct Row {
        std::string text;
        std::string reason;
    };
    const auto row = GENERATE(values<Row>({
        {"", "not a mail address"},
        {"ada", "no @ in 'ada'"},
        {"ada@x.example; bob@x.example", "use commas"},
        {"ada; bob", "use commas"},
        {"Lovelace, Ada <ada@x.example>", "no @ in 'Lovelace' (a name with a comma needs quotes"},
        {"ada@x.example, Ada Lovelace", "no @ in 'Ada Lovelace'"},
        {"ada@", "no domain"},
        {"@example.org", "before the @ is empty"},
        {"ada@@example.org", "no domain"},
        {"a b@example.org", "needs quotes"},
        {".ada@example.org", "needs quotes"},
        {"ada.@example.org", "ends with a dot"},
        {"ada@example..org", "label of the domain"},
        {"ada@.example.org", "label of the domain"},
        {"ada@-example.org", "not a host name"},
        {"ada@exa mple.org", "text after the address"},
        {"ada@exa$mple.org", "not a host name"},
        {"Ada <ada@example.org", "no closing >"},
        {"Ada <ada>", "no @ between < and >"},
        {"Ada <@relay.example>", "no colon"},
        {"Ada <@relay.example,ada@example.org>", "no colon"},
        {"Ada <@:ada@example.org>", "no domain"},
        {"ada@[x> NOTIFY=NEVER]", "not an address in brackets"},
        {"ada@[192.0.2.256]", "not an address in brackets"},
        {"ada@[2001:db8::1]", "not an address in brackets"},
        {"ada@[IPv6:192.0.2.1]", "not an address in brackets"},
        {"ada@[IPv6:2001:db8::1%eth0]", "not an address in brackets"},
        {"ada@[]", "not an address in brackets"},
        {"\"Ada <ada@example.org>", "no closing \""},
        {"(Ada ada@example.org", "comment has no closing )"},
        {"a@example.org, b@example.org", "more than one"},
        {"a@example.org b@example.org", "text after the address"},
        {"ada@example.org\r\nRCPT TO:<eve@example.org>", "line break"},
        {"ada@example.org\nBcc: eve@example.org", "line break"},
        {"ada\r@example.org", "line break"},
        {std::string("ada\0@example.org", 16), "line break"},
        {"\x1b[2J@example.org", "line break"},
        {"ada\xff@example.org", "not UTF-8"},
        {std::string(65, 'a') + "@example.org", "64 octets"},
        {"a@" + std::string(256, 'a'), "255 octets"},
        {"a@" + std::string(64, 'a') + ".org", "label of the domain"},
    }));
    CAPTURE(row.text);
    CHECK_THROWS_WITH(mail::parse_address(row.text), Contains(row.reason));
    try {
        static_cast<void>(mail::parse_address(row.text));
    } catch (const mail::Failure& failure) {
        CHECK(failure.status() == mail::Exit::data);
        CHECK(std::string(failure.what()).find_first_of("\r\n\x1b") == std::string::npos);
    }
}

TEST_CASE("A list of addresses may have groups and empty elements", "[mailclient]")
{
    struct Row {
        std::string text;
        std::vector<std::string> expected;
    };
    const auto row = GENERATE(values<Row>({
        {"", {}},
        {" , ,", {}},
        {"a@x.example,b@y.example", {"a@x.example", "b@y.example"}},
        {"\"a, b\" <a@x.example> , b@y.example,", {"a@x.example", "b@y.example"}},
        {"friends: a@x.example, B <b@y.example>;, c@z.example",
         {"a@x.example", "b@y.example", "c@z.example"}},
        {"undisclosed-recipients:;", {}},
        {"my friends:a@x.example;", {"a@x.example"}},
    }));
    CAPTURE(row.text);
    std::vector<std::string> found;
    for (const Mailbox& mailbox : mail::parse_addresses(row.text))
        found.push_back(mail::spec(mailbox));
    CHECK(found == row.expected);
}

TEST_CASE("An address for the envelope has quotes where they are required", "[mailclient]")
{
    CHECK(mail::spec({"Ada", "ada", "example.org"}) == "ada@example.org");
    CHECK(mail::spec({"", "a b", "example.org"}) == "\"a b\"@example.org");
    CHECK(mail::spec({"", "a\"b\\", "example.org"}) == R"("a\"b\\"@example.org)");
    CHECK(mail::spec({"", "a.", "example.org"}) == "\"a.\"@example.org");
    CHECK(mail::needs_utf8({"", "ä", "example.org"}));
    CHECK(mail::needs_utf8({"", "a", "ä.example"}));
    CHECK_FALSE(mail::needs_utf8({"Ä", "a", "example.org"}));
}
