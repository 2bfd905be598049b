#include "mailclient/sink/command.h"

#include "catch.h"

using mailsink::parse_parameters;

TEST_CASE("HTTP is told from SMTP by the first word of a line", "[mailsink]")
{
    for (const std::string line : {"GET / HTTP/1.1", "post /", "CONNECT mx:25 HTTP/1.1", "Host: a",
                                   "Content-Type: text/plain", "OPTIONS *"})
        CHECK(mailsink::is_http(mailsink::parse_command(line).verb));
    for (const std::string line : {"HELO a", "MAIL FROM:<a@b>", "RCPT TO:<a@b>", "NOOP", "", "G"})
        CHECK_FALSE(mailsink::is_http(mailsink::parse_command(line).verb));
}

TEST_CASE("A command line is split into its verb, in any case, and arguments", "[mailsink]")
{
    const auto command = mailsink::parse_command("mail  FROM:<a@x.example> ");
    CHECK(command.verb == "MAIL");
    CHECK(command.arguments == "FROM:<a@x.example>");
    CHECK(mailsink::parse_command("").verb.empty());
}

TEST_CASE("A path may have quotes; the parameters remain", "[mailsink]")
{
    struct Row {
        std::string_view text;
        std::optional<std::string> path;
        std::string_view left;
    };
    for (const Row& row :
         {Row{"FROM:<a@x.example> SIZE=5", "a@x.example", "SIZE=5"},
          Row{"from: <>", "", ""}, // with the blank that many clients add
          Row{R"(FROM:<"a>b"@x.example>)", R"("a>b"@x.example)", ""},
          Row{R"(FROM:<"a\">b"@x.example>)", R"("a\">b"@x.example)", ""},
          Row{"FROM:a@x.example", std::nullopt, ""}, Row{"FROM:<a@x.example", std::nullopt, ""},
          Row{"TO:<a@x.example>", std::nullopt, ""}, Row{"", std::nullopt, ""}}) {
        CAPTURE(row.text);
        auto left = row.text;
        CHECK(mailsink::take_path(left, "FROM:") == row.path);
        if (row.path) CHECK(left == row.left);
    }
}

TEST_CASE("MAIL accepts only the parameters of the offered extensions", "[mailsink]")
{
    struct Row {
        std::string_view text;
        int code; // of the error; 0: none
    };
    for (const Row& row :
         {Row{"", 0}, Row{"SIZE=5 BODY=8BITMIME", 0}, Row{"size=5 body=7bit SMTPUTF8", 0},
          Row{"AUTH=<>", 0}, Row{"SIZE=", 501}, Row{"SIZE=5x", 501}, Row{"SIZE=-1", 501},
          Row{"BODY=BINARYMIME", 501}, Row{"FOO=BAR", 555}, Row{"SMTPUTF8=1", 555}}) {
        CAPTURE(row.text);
        CHECK(parse_parameters(row.text, true).problem.code == row.code);
    }
    CHECK(parse_parameters("AUTH=<>", false).problem.code == 555);
    CHECK(parse_parameters("SIZE=5", true).size == 5);
    CHECK(parse_parameters("SIZE=99999999999999999999999", true).size == UINT64_MAX);
    CHECK(parse_parameters("SMTPUTF8", true).is_utf8);
}
