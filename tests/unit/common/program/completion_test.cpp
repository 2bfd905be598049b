#include "common/program/completion.h"

#include "catch.h"

#include "common/error.h"

namespace {

std::string completion_for(std::string_view shell)
{
    bool flag = false;
    std::string text;
    const net::CommandLine command_line{
        .program = "server",
        .purpose = "Serves.",
        .operands = {},
        .options = {{'b', "bind", "ADDR", "listen on [ADDR]: it's so", text},
                    {0, "flag", "", "no more", flag}},
        .exit_status = "0",
    };
    return net::completion(command_line, shell);
}

} // namespace

TEST_CASE("The bash script has every long option", "[common]")
{
    const std::string script = completion_for("bash");
    CHECK_THAT(script, Contains("compgen -W '--help --version --bind --flag'"));
    CHECK_THAT(script, Contains("complete -o default -F _server server\n"));
}

TEST_CASE("The zsh script has every option with its help, with any characters", "[common]")
{
    const std::string script = completion_for("zsh");
    CHECK_THAT(script, StartsWith("#compdef server\n_arguments \\\n"));
    CHECK_THAT(script, Contains("'*-b[listen on (ADDR)\\: it'\\''s so]:ADDR:_files'"));
    CHECK_THAT(script, Contains("'*--bind=[listen on (ADDR)\\: it'\\''s so]:ADDR:_files'"));
    CHECK_THAT(script, Contains("'*--flag[no more]'"));
}

TEST_CASE("Other shells are refused", "[common]")
{
    CHECK_THROWS_WITH(completion_for("csh"), Contains("bash and zsh, not 'csh'"));
}
