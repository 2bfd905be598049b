#include "mailclient/options.h"

#include "catch.h"

#include "mailclient/failure.h"

namespace {

mail::Options parse(std::vector<std::string> arguments)
{
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    return mail::parse_options(static_cast<int>(argv.size()), argv.data());
}

/// What standard input is.
std::string input_of(const mail::Options& options)
{
    if (options.whole) return "whole";
    if (options.raw) return "raw";
    if (options.recipients_from_header) return "header";
    return options.mbox ? "mbox" : "text";
}

} // namespace

TEST_CASE("Standard input is a whole message where sendmail's callers expect it", "[mailclient]")
{
    struct Row {
        std::vector<std::string> arguments;
        std::string input;
        std::string from;
    };
    const std::string bob = "bob@x.example";
    const auto row = GENERATE_COPY(values<Row>({
        {{"mailclient", bob}, "text", "none"},
        {{"mailclient", "-i", bob}, "whole", "none"},
        {{"mailclient", "-oi", bob}, "whole", "none"},
        {{"mailclient", "-o", "i", bob}, "whole", "none"},
        {{"mailclient", "-oem", bob}, "text", "none"},
        {{"mailclient", "-i", "-t"}, "header", "none"},
        {{"mailclient", "-ti"}, "header", "none"},
        {{"mailclient", "-i", "--raw", bob}, "raw", "none"},
        {{"mailclient", "-i", "--mbox"}, "mbox", "none"},
        {{"mailclient", "-i", "-s", "", bob}, "text", "none"},
        {{"mailclient", "-i", "-m", "x", bob}, "text", "none"},
        {{"mailclient", "-i", "--html", "f", bob}, "text", "none"},
        {{"mailclient", "-i", "-a", "f", bob}, "text", "none"},
        {{"mailclient", "-i", "--to", bob}, "text", "none"},
        {{"mailclient", "-i", "--cc", bob}, "text", "none"},
        {{"mailclient", "-i", "--bcc", bob}, "text", "none"},
        {{"/usr/sbin/sendmail", bob}, "whole", "none"},
        {{"sendmail", "-t"}, "header", "none"},
        {{"sendmail", "-i", "-m", "-n", "-v", "-r", "a@x.example", "--", bob},
         "whole",
         "a@x.example"}, // mailx
        {{"sendmail", "-oem", "-oi", "-f", "a@x.example", "--", bob},
         "whole",
         "a@x.example"}, // mutt
        {{"sendmail", "-B", "8BITMIME", "-N", "never", "-R", "hdrs", "-oi", bob}, "whole", "none"},
        {{"sendmail", "-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"}, "whole", "none"}, // cron
        {{"sendmail", "-bm", "-G", "-U", "-em", "-odb", "-L", "tag", bob}, "whole", "none"},
        {{"mailclient", "-f", "", bob}, "text", ""},
        {{"mailclient", "-f", "<>", bob}, "text", "<>"},
    }));
    CAPTURE(row.arguments);
    const mail::Options options = parse(row.arguments);
    CHECK(input_of(options) == row.input);
    CHECK(options.from.value_or("none") == row.from);
    CHECK_FALSE(options.dry_run);
}

TEST_CASE("sendmail's other modes are refused, with what to use instead", "[mailclient]")
{
    struct Row {
        std::vector<std::string> arguments;
        std::string words;
    };
    const auto row = GENERATE(values<Row>({
        {{"mailclient", "-bs"}, "-bs: SMTP on standard input is not offered"},
        {{"mailclient", "-bd"}, "mailsink"},
        {{"mailclient", "-b", "p"}, "no queue"},
        {{"mailclient", "-bi"}, "no aliases"},
        {{"mailclient", "-bv", "bob@x.example"}, "-n shows the envelope"},
        {{"mailclient", "-bz"}, "-bz: there is no such mode"},
        {{"mailclient", "-bmx"}, "-bmx: there is no such mode"},
        {{"sendmail", "-q"}, "no queue"},
        {{"sendmail"}, "no recipient is given (-t "},
        {{"mailclient", "-i"}, "no recipient is given (-t "},
        {{"mailclient", "-F"}, "-F needs an argument"},
    }));
    CAPTURE(row.arguments);
    CHECK_THROWS_WITH(parse(row.arguments), Contains(row.words));
}
