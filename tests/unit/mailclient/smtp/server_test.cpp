// The choice of the server and the password: --server, providers, ~/.netrc, MX records.
#include "catch.h"

#include "mailclient/failure.h"
#include "mailclient/login/netrc.h"
#include "mailclient/smtp/mx.h"
#include "mailclient/smtp/server.h"

using mail::Security;
using namespace std::string_literals;

TEST_CASE("--server is parsed into scheme, user, host and port", "[mailclient]")
{
    struct Row {
        std::string text;
        std::string host;
        std::uint16_t port;
        Security security;
        std::string user;
    };
    const auto row = GENERATE(values<Row>({
        {"mail.example", "mail.example", 0, Security::automatic, ""},
        {"mail.example:2525", "mail.example", 2525, Security::automatic, ""},
        {"smtp://mail.example", "mail.example", 0, Security::automatic, ""},
        {"SMTPS://mail.example/", "mail.example", 0, Security::implicit, ""},
        {"mail.example:465", "mail.example", 465, Security::implicit, ""},
        {"ada@mail.example", "mail.example", 0, Security::automatic, "ada"},
        {"ada@x.example@mail.example:587", "mail.example", 587, Security::automatic,
         "ada@x.example"},
        {"smtps://ada@[::1]:4650", "[::1]", 4650, Security::implicit, "ada"},
        {"[::1]", "[::1]", 0, Security::automatic, ""},
        {"::1", "::1", 0, Security::automatic, ""},
        {"127.0.0.1:25", "127.0.0.1", 25, Security::automatic, ""},
    }));
    CAPTURE(row.text);
    const auto server = mail::parse_server(row.text);
    CHECK(server.host == row.host);
    CHECK(server.port == row.port);
    CHECK(server.security == row.security);
    CHECK(server.user == row.user);
}

TEST_CASE("An invalid --server is refused", "[mailclient]")
{
    for (const char* text :
         {"", "http://a", "a:0", "a:65536", "a:b", "a b", "a\n", "@", "ä.example"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(mail::parse_server(text), Contains("--server '"));
    }
}

TEST_CASE("Providers are found by domain and by server", "[mailclient]")
{
    const auto* gmail = mail::provider_of_domain("GMail.com");
    REQUIRE(gmail != nullptr);
    CHECK(gmail->host == "smtp.gmail.com");
    CHECK(gmail->port == 465);
    CHECK(gmail->has_app_passwords);
    CHECK(mail::provider_of_host("smtp.gmail.com") == gmail);
    REQUIRE(mail::provider_of_domain("icloud.com") != nullptr);
    CHECK(mail::provider_of_domain("icloud.com")->port == 587);
    REQUIRE(mail::provider_of_domain("yahoo.com") != nullptr);
    REQUIRE(mail::provider_of_domain("outlook.com") != nullptr);
    CHECK_THAT(std::string(mail::provider_of_domain("outlook.com")->hint), Contains("OAuth2"));
    REQUIRE(mail::provider_of_domain("school.onmicrosoft.com") != nullptr);
    CHECK(mail::provider_of_domain("school.onmicrosoft.com")->host == "smtp.office365.com");
    CHECK(mail::provider_of_domain("my.gmail.com") == nullptr);
    CHECK(mail::provider_of_domain("example.org") == nullptr);
    CHECK(mail::provider_of_domain("") == nullptr);
}

TEST_CASE("A provider's server is completed where --server leaves something open", "[mailclient]")
{
    struct Row {
        std::string given;
        std::string user;
        int port;
        mail::Security security;
    };
    using mail::Security;
    const auto row = GENERATE(values<Row>({
        {"smtp.gmail.com", "ada@x.example", 465, Security::implicit},
        {"SMTP.gmail.com", "ada@x.example", 465, Security::implicit},
        {"smtp.mail.me.com", "ada@x.example", 587, Security::required},
        {"bob@smtp.gmail.com", "bob", 465, Security::implicit},
        {"smtp.gmail.com:587", "ada@x.example", 587, Security::automatic},
        {"smtp://smtp.gmail.com", "ada@x.example", 0, Security::automatic},
        {"smtps://smtp.mail.me.com", "ada@x.example", 0, Security::implicit},
        {"mail.example", "", 0, Security::automatic},
    }));
    CAPTURE(row.given);
    const auto server = mail::completed(mail::parse_server(row.given), "ada@x.example");
    CHECK(server.user == row.user);
    CHECK(server.port == row.port);
    CHECK(server.security == row.security);
}

TEST_CASE("A password is found in ~/.netrc by host and user", "[mailclient]")
{
    const std::string text = "# a comment with machine mail.example password no\n"
                             "machine other.example login ada password other\n"
                             "machine mail.example\n\tlogin ada\n\tpassword \"se cr\\\"et\"\n"
                             "machine mail.example login bob account x password bobs\n"
                             "macdef init\nmachine mail.example login eve password eves\n\n"
                             "machine hash.example login #ada password #1 # comment\n"
                             "machine empty.example login ada password \"\"\n"
                             "machine any.example password anybodys\n"
                             "default login guest password guests\n";
    CHECK(mail::netrc_password(text, "mail.example", "ada") == "se cr\"et");
    CHECK(mail::netrc_password(text, "MAIL.example", "bob") == "bobs");
    CHECK(mail::netrc_password(text, "hash.example", "#ada") == "#1");
    CHECK_FALSE(mail::netrc_password(text, "empty.example", "ada"));
    CHECK_FALSE(mail::netrc_password(text, "mail.example", "eve"));
    CHECK(mail::netrc_password(text, "any.example", "whoever") == "anybodys");
    CHECK(mail::netrc_password(text, "no.example", "guest") == "guests");
    CHECK_FALSE(mail::netrc_password(text, "no.example", "ada"));
    CHECK_FALSE(mail::netrc_password("", "a", "b"));
    CHECK_FALSE(mail::netrc_password("machine", "a", "b"));
}

namespace {

std::string number(unsigned value)
{
    return {static_cast<char>(value >> 8), static_cast<char>(value & 255)};
}

std::string name(const std::vector<std::string>& labels)
{
    std::string text;
    for (const auto& label : labels)
        text += static_cast<char>(label.size()) + label;
    return text + '\0';
}

const std::string pointer_to_question = "\xc0\x0c"s;

std::string record(unsigned type, const std::string& data)
{
    return pointer_to_question + number(type) + number(1) + std::string(4, '\0') +
           number(static_cast<unsigned>(data.size())) + data;
}

std::string answer(const std::vector<std::string>& records)
{
    std::string message = number(1) + number(0x8180) + number(1) +
                          number(static_cast<unsigned>(records.size())) + number(0) + number(0) +
                          name({"x", "example"}) + number(15) + number(1);
    for (const auto& each : records)
        message += each;
    return message;
}

std::vector<mail::MxHost> parse(const std::string& message)
{
    return mail::parse_mx({reinterpret_cast<const unsigned char*>(message.data()), message.size()});
}

} // namespace

TEST_CASE("MX records are parsed from a DNS message", "[mailclient]")
{
    const auto message = answer({record(15, number(20) + name({"b", "x", "example"})),
                                 record(5, name({"alias"})), // a CNAME
                                 record(15, number(10) + "\1a"s + pointer_to_question)});
    const std::vector<mail::MxHost> expected{{20, "b.x.example"}, {10, "a.x.example"}};
    CHECK(parse(message) == expected);
    for (std::size_t size = 0; size < message.size(); ++size)
        CHECK(parse(message.substr(0, size)).size() <= 1); // cut anywhere: no crash
    CHECK(parse(answer({record(15, number(0) + name({}))})) == std::vector<mail::MxHost>{{0, ""}});
    CHECK(parse(answer({record(15, number(0) + "\xc0\x2a"s)})).size() <= 1); // a pointer to itself
}

TEST_CASE("MX hosts are sorted by preference; without records the domain itself is used",
          "[mailclient]")
{
    using Names = std::vector<std::string>;
    CHECK(mail::mail_hosts("x.example", {{20, "b"}, {10, "a"}, {20, "c"}}) == Names{"a", "b", "c"});
    CHECK(mail::mail_hosts("x.example", {}) == Names{"x.example"});
    CHECK_THROWS_WITH(mail::mail_hosts("x.example", {{0, ""}}), Contains("accepts no mail"));
    CHECK(mail::look_up_mail_hosts("[192.0.2.1]") == Names{"192.0.2.1"});
    CHECK(mail::look_up_mail_hosts("[IPv6:2001:db8::1]") == Names{"2001:db8::1"});
}
