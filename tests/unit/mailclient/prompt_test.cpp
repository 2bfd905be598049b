#include "mailclient/prompt.h"

#include "catch.h"

#include <sstream>

#include "mailclient/failure.h"

TEST_CASE("The prompt asks again for what a message cannot have", "[mailclient]")
{
    std::istringstream in("ada\nAda <ada@x.example>\n\nbob\nbob@x.example, eve@x.example\n"
                          "\xff\nHello\nHi.\n.\nmore");
    std::ostringstream out;
    mail::Options options;
    mail::prompt_for_message(options, in, out);
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
    CHECK_THROWS_WITH(mail::prompt_for_message(options, in, out), Contains("input ended"));
}
