#include "mailclient/login/login.h"

#include "catch.h"

#include "common/tls/tls.h"
#include "mailclient/failure.h"
#include "mailclient/login/scram.h"
#include "mailclient/sink/login.h"

using namespace std::string_literals;

namespace {

const mail::Credentials ada{.user = "ada", .password = "pencil", .token = "t0k3n"};
const mail::HostAndPort place{.host = "mail.example", .port = 587};

} // namespace

TEST_CASE("The best offered mechanism is chosen, or the requested one", "[mailclient]")
{
    using mail::choose_mechanism;
    CHECK(choose_mechanism({"LOGIN", "PLAIN"}, false, "") == "PLAIN");
    CHECK(choose_mechanism({"LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256"}, false, "") ==
          "SCRAM-SHA-256");
    CHECK(choose_mechanism({"LOGIN", "PLAIN", "CRAM-MD5"}, false, "cram-md5") == "CRAM-MD5");
    CHECK(choose_mechanism({"login"}, false, "") == "LOGIN");
    CHECK(choose_mechanism({"PLAIN", "XOAUTH2"}, true, "") == "XOAUTH2");
    CHECK(choose_mechanism({"XOAUTH2", "OAUTHBEARER"}, true, "") == "OAUTHBEARER");
    CHECK_FALSE(choose_mechanism({"XOAUTH2"}, false, ""));
    CHECK_FALSE(choose_mechanism({"PLAIN"}, true, ""));
    CHECK_FALSE(choose_mechanism({"PLAIN"}, false, "cram-md5"));
    CHECK_FALSE(choose_mechanism({}, false, ""));
}

TEST_CASE("Each mechanism has the initial response of its RFC", "[mailclient]")
{
    CHECK(mail::make_login("PLAIN", ada, place, "").initial == "\0ada\0pencil"s);
    CHECK(mail::make_login("XOAUTH2", ada, place, "").initial == "user=ada\1auth=Bearer t0k3n\1\1");
    CHECK(mail::make_login("OAUTHBEARER", ada, place, "").initial ==
          "n,a=ada,\1host=mail.example\1port=587\1auth=Bearer t0k3n\1\1");
    CHECK_FALSE(mail::make_login("LOGIN", ada, place, "").initial);
    CHECK_THROWS_AS(mail::make_login("PLAIN", {.user = "a\nb"}, place, ""), mail::Failure);
    CHECK_THROWS_AS(mail::make_login("PLAIN", {.user = "a", .password = "b\0c"s}, place, ""),
                    mail::Failure);
    CHECK_THROWS_AS(mail::make_login("GSSAPI", ada, place, ""), mail::Failure);
}

TEST_CASE("Blanks of any kind are removed from an app password", "[mailclient]")
{
    CHECK(mail::without_blanks("abcd efgh\tijkl") == "abcdefghijkl");
    CHECK(mail::without_blanks("abcd\u00a0efgh\u200b\u202fijkl\ufeff") == "abcdefghijkl");
    CHECK(mail::without_blanks("\u3000p\u00e4ss\u2007") == "p\u00e4ss");
    CHECK(mail::without_blanks("\xc2") == "\xc2");
    CHECK(mail::without_blanks("").empty());
}

TEST_CASE("The other mechanisms are those of the same secret", "[mailclient]")
{
    const std::vector<std::string> offered{"login", "PLAIN", "GSSAPI", "XOAUTH2", "OAUTHBEARER"};
    CHECK(mail::other_mechanisms(offered, "PLAIN") == "LOGIN");
    CHECK(mail::other_mechanisms(offered, "CRAM-MD5") == "PLAIN, LOGIN");
    CHECK(mail::other_mechanisms(offered, "XOAUTH2") == "OAUTHBEARER");
    CHECK(mail::other_mechanisms({"PLAIN"}, "PLAIN").empty());
}

TEST_CASE("CRAM-MD5 gives the response of RFC 2195", "[mailclient]")
{
    if (!net::has_tls()) return;
    auto login =
        mail::make_login("CRAM-MD5", {.user = "tim", .password = "tanstaaftanstaaf"}, place, "");
    CHECK(login.answers.front()("<1896.697170952@postoffice.reston.mci.net>") ==
          "tim b913a602c7eda7a495b4e6e7334d3890");
}

TEST_CASE("SCRAM-SHA-256 gives the messages of RFC 7677", "[mailclient]")
{
    if (!net::has_tls()) return;
    mail::Scram scram("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    CHECK(scram.client_first() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(scram.client_final("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                             "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") ==
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK_THROWS_WITH(scram.check_server_final("e=invalid-proof"),
                      Contains("refuses: invalid-proof"));
    CHECK_NOTHROW(scram.check_server_final("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    CHECK_THROWS_WITH(scram.check_server_final("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
                      Contains("cannot prove"));
    CHECK_THROWS_AS(scram.check_server_final("e=other-error"), mail::Failure);
    CHECK_THROWS_AS(scram.check_server_final(""), mail::Failure);
}

TEST_CASE("SCRAM refuses malformed and unsafe server messages", "[mailclient]")
{
    if (!net::has_tls()) return;
    struct Row {
        std::string server_first;
        std::string reason;
    };
    const auto row = GENERATE(values<Row>({
        {"", "nonce"},
        {"r=other,s=c2FsdA==,i=4096", "nonce"},
        {"r=mine,s=c2FsdA==,i=4096", "nonce"},
        {"r=mine123,s=!,i=4096", "no valid salt"},
        {"r=mine123,s=,i=4096", "no valid salt"},
        {"r=mine123,s=c2FsdA==,i=1", "fewer than 4096"},
        {"r=mine123,s=c2FsdA==,i=999999999", "more than 5 million"},
        {"r=mine123,s=c2FsdA==,i=99999999999999", "no valid number"},
        {"r=mine123,s=c2FsdA==,i=4096x", "no valid number"},
        {"r=mine123,s=c2FsdA==", "no valid number"},
        {"e=unknown-user", "refuses: unknown-user"},
        {"m=ext,r=mine123,s=c2FsdA==,i=4096", "extension"},
    }));
    CAPTURE(row.server_first);
    mail::Scram scram("user", "pencil", "mine");
    CHECK_THROWS_WITH(scram.client_final(row.server_first), Contains(row.reason));
}

TEST_CASE("Commas and equals signs in a user name are escaped", "[mailclient]")
{
    CHECK(mail::Scram("a=b,c", "", "n").client_first() == "n,,n=a=3Db=2Cc,r=n");
    CHECK_THAT(*mail::make_login("OAUTHBEARER", {.user = "a=b,c"}, place, "").initial,
               StartsWith("n,a=a=3Db=2Cc,\1"));
}

TEST_CASE("Secrets and long parts of them are masked", "[mailclient]")
{
    using mail::masked;
    const std::vector<std::string> secrets{"s3", "", "AGFkYQBzM2NyZXQ="};
    CHECK(masked("no", secrets) == "no");
    CHECK(masked("", secrets) == "");
    CHECK(masked("as3 s3", secrets) == "a*** ***");
    CHECK(masked("AUTH PLAIN AGFkYQBzM2NyZXQ=?", secrets) == "AUTH PLAIN ***?");
    CHECK(masked("AUTH PLAIN AGFkYQBzM2...", secrets) == "AUTH PLAIN ***...");
    CHECK(masked("AGFkYQB", secrets) == "AGFkYQB");
    CHECK(masked("s3s3", secrets) == "***");
}

TEST_CASE("The sink accepts the right credentials, and no others, by each mechanism",
          "[mailclient]")
{
    if (!net::has_tls()) return;
    const std::string mechanism =
        GENERATE("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER");
    CAPTURE(mechanism);
    const auto is_accepted = [&](const mail::Credentials& credentials, const mailsink::User& user) {
        auto login = mail::make_login(mechanism, credentials, place, "nonce");
        const auto ask = [&](const std::string& challenge) -> std::optional<std::string> {
            if (login.answers.empty()) return std::nullopt;
            const auto answer = login.answers.front();
            login.answers.pop_front();
            return answer(challenge);
        };
        return mailsink::authenticate(mechanism, login.initial, user, ask);
    };
    const std::string secret =
        mechanism.ends_with("2") || mechanism.starts_with("O") ? "t0k3n" : "pencil";
    CHECK(is_accepted(ada, {.name = "ada",
                            .password = mechanism == "SCRAM-SHA-256" ? "pencil" : secret}) == true);
    const std::string odd = "a=b,c";
    CHECK(is_accepted({.user = odd, .password = "x", .token = "x"},
                      {.name = odd, .password = "x"}) == true);
    CHECK(is_accepted(ada, {.name = "ada", .password = "other"}) == false);
    CHECK(is_accepted(ada, {.name = "eve", .password = "pencil"}) == false);
    CHECK_FALSE(mailsink::authenticate("GSSAPI", "", {}, {}));
}
