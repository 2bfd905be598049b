#include "mailclient/prompt.h"

#include "catch.h"

#include <cstdlib>
#include <sstream>

#include "mailclient/failure.h"

TEST_CASE("The prompt asks again for what a message cannot have", "[mailclient]")
{
    std::istringstream in("ada\nAda <ada@x.example>\n\nbob\nbob@x.example, eve@x.example\n"
                          "\xff\nHello\nHi.\n.\nmore");
    std::ostringstream out;
    mail::Options options;
    mail::prompt_for_header(options, in, out);
    mail::prompt_for_text(options, in, out);
    CHECK(options.from == "Ada <ada@x.example>");
    CHECK(options.to == std::vector<std::string>{"bob@x.example, eve@x.example"});
    CHECK(options.subject == "Hello");
    CHECK(options.text == "Hi.\n");
    CHECK_THAT(out.str(), StartsWith("From: 'ada' is not a valid mail address: there is no @") &&
                              Contains("\nFrom: To: no recipient is given\nTo: 'bob' is not") &&
                              Contains("\nTo: Subject: Subject '\\xff' is not UTF-8\nSubject: "));
}

TEST_CASE("The prompt ends with its input", "[mailclient]")
{
    std::istringstream in("ada\n");
    std::ostringstream out;
    mail::Options options;
    CHECK_THROWS_WITH(mail::prompt_for_header(options, in, out), Contains("input ended"));
}

TEST_CASE("The prompt asks for all fields when none is given", "[mailclient]")
{
    ::unsetenv("EMAIL");
    mail::Options options;
    std::istringstream in(
        "ada@x.example\nbob@x.example, eve@x.example\nHello\nFirst\nSecond\n.\nrest\n");
    std::ostringstream out;
    mail::prompt_for_header(options, in, out);
    mail::prompt_for_text(options, in, out);
    CHECK(options.from == "ada@x.example");
    CHECK(options.to == std::vector<std::string>{"bob@x.example, eve@x.example"});
    CHECK(options.subject == "Hello");
    CHECK(options.text == "First\nSecond\n");
    CHECK_THAT(out.str(), Contains("From: ") && Contains("To: ") && Contains("Subject: "));
}

TEST_CASE("The prompt does not ask for fields that are given", "[mailclient]")
{
    mail::Options options{.recipients = {"bob@x.example"}, .from = "ada@x.example", .subject = "s"};
    std::istringstream in("Text");
    std::ostringstream out;
    mail::prompt_for_header(options, in, out);
    mail::prompt_for_text(options, in, out);
    CHECK(options.text == "Text\n");
    CHECK_THAT(out.str(), !Contains("From") && !Contains("Subject"));
    std::istringstream nothing;
    mail::Options empty;
    CHECK_THROWS_AS(mail::prompt_for_header(empty, nothing, out), mail::Failure);
}
