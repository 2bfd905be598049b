#include "common/program/command_line.h"

#include "catch.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "common/error.h"
#include "common/program/version.h"
#include "tests/unit/child.h"

using namespace std::chrono_literals;

namespace {

/// A program with an option of every kind.
struct Program {
    std::uint16_t port = 6789;
    std::string root = ".";
    std::string bind;
    std::size_t clients = 1000;
    std::chrono::milliseconds timeout = 1500ms;
    bool verbose = false;
    bool quiet = false;
    std::vector<std::string> headers;

    net::CommandLine command_line{
        .program = "server",
        .purpose = "Serves.",
        .operands = {{"PORT", "listen there", port}, {"ROOT", "serve that", root}},
        .options = {{0, "clients", "N", "serve so many", {clients, 1, 5000}},
                    {'b', "bind", "ADDR", "listen on that address", bind},
                    {'w', "wait", "SECONDS", "wait so long", timeout},
                    {'v', "verbose", "", "say more", verbose},
                    {'q', "quiet", "", "say less", quiet},
                    {'H', "header", "TEXT", "add that", headers}},
        .exit_status = "0 all is well, 2 nothing is"};

    [[nodiscard]] std::string parse(std::vector<std::string> words) const
    {
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        return command_line.parse(arguments);
    }

    std::string all() const
    {
        return std::to_string(port) + " " + root + " [" + bind + "] " + std::to_string(clients) +
               " " + std::to_string(timeout.count()) + (verbose ? " verbose" : "") +
               (quiet ? " quiet" : "");
    }
};

} // namespace

TEST_CASE("Options are parsed in every spelling and position", "[common][command_line]")
{
    struct Row {
        std::vector<std::string> words;
        const char* all;
    };
    for (const auto& [words, all] : {
             Row{{}, "6789 . [] 1000 1500"},
             {{"80"}, "80 . [] 1000 1500"},
             {{"0", "/srv"}, "0 /srv [] 1000 1500"},
             {{"-v"}, "6789 . [] 1000 1500 verbose"},
             {{"--verbose"}, "6789 . [] 1000 1500 verbose"},
             {{"-vq"}, "6789 . [] 1000 1500 verbose quiet"},
             {{"-q", "-v", "-v"}, "6789 . [] 1000 1500 verbose quiet"},
             {{"-b", "::1"}, "6789 . [::1] 1000 1500"},
             {{"-b::1"}, "6789 . [::1] 1000 1500"},
             {{"-vb", "::1"}, "6789 . [::1] 1000 1500 verbose"},
             {{"-vb::1"}, "6789 . [::1] 1000 1500 verbose"},
             {{"--bind", "::1"}, "6789 . [::1] 1000 1500"},
             {{"--bind=::1"}, "6789 . [::1] 1000 1500"},
             {{"--bind=a=b"}, "6789 . [a=b] 1000 1500"},
             {{"--bind="}, "6789 . [] 1000 1500"},
             {{"-b", "-v"}, "6789 . [-v] 1000 1500"}, // the next word is its argument
             {{"--bind", "--"}, "6789 . [--] 1000 1500"},
             {{"-b", "a", "-b", "b"}, "6789 . [b] 1000 1500"}, // the last value is used
             {{"--clients", "5"}, "6789 . [] 5 1500"},
             {{"-w", "2"}, "6789 . [] 1000 2000"},
             {{"80", "-v", "/srv", "--clients=7"}, "80 /srv [] 7 1500 verbose"},
             {{"-v", "80", "/srv"}, "80 /srv [] 1000 1500 verbose"},
             {{"-v", "--", "80", "-q"}, "80 -q [] 1000 1500 verbose"},
             {{"80", "--", "--help"}, "80 --help [] 1000 1500"},
             {{"80", "-"}, "80 - [] 1000 1500"},
             {{"--"}, "6789 . [] 1000 1500"},
         }) {
        CAPTURE(words);
        Program program;
        CHECK(program.parse(words).empty());
        CHECK(program.all() == all);
    }
}

TEST_CASE("A repeatable option keeps all values in order", "[common][command_line]")
{
    using Headers = std::vector<std::string>;
    struct Row {
        std::vector<std::string> words;
        Headers headers;
    };
    for (const auto& [words, headers] : {
             Row{{}, {}},
             {{"--header", "A: 1"}, {"A: 1"}},
             {{"--header=A: 1", "-v", "-HB: 2", "80", "-H", "C: 3"}, {"A: 1", "B: 2", "C: 3"}},
             {{"--header=x", "--header=x"}, {"x", "x"}},
             {{"--header=", "-H", ""}, {"", ""}},
             {{"-H", "-H"}, {"-H"}}, // the next word is its argument
             {{"-H=x"}, {"=x"}},
             {{"--", "--header=x"}, {}},
         }) {
        CAPTURE(words);
        Program program;
        if (words.size() == 2 && words.front() == "--")
            CHECK_THROWS_AS(program.parse(words), net::Error); // it is not a PORT
        else
            CHECK(program.parse(words).empty());
        CHECK(program.headers == headers);
    }
    CHECK_THROWS_WITH(Program().parse({"--header"}), "--header needs an argument");

    Headers member{"built in"}; // the initial value stays
    const net::Value value(member);
    CHECK(value.initial.empty());
    value.set("given");
    CHECK(member == Headers{"built in", "given"});
    CHECK_THAT(Program().parse({"--help"}), Contains("\n  -H, --header TEXT       add that\n"));
}

TEST_CASE("POSIXLY_CORRECT in the environment has no effect", "[common][command_line]")
{
    struct Row {
        std::vector<std::string> words;
        const char* all;
    };
    const char* const before = std::getenv("POSIXLY_CORRECT");
    REQUIRE(::setenv("POSIXLY_CORRECT", "1", 1) == 0);
    for (const auto& [words, all] : {
             Row{{"80", "-v"}, "80 . [] 1000 1500 verbose"},
             {{"80", "/srv", "--bind=::1", "-q"}, "80 /srv [::1] 1000 1500 quiet"},
             {{"-v", "80", "--clients", "7", "/srv"}, "80 /srv [] 7 1500 verbose"},
             {{"80", "--", "-v"}, "80 -v [] 1000 1500"},
         }) {
        CAPTURE(words);
        Program program;
        CHECK(program.parse(words).empty());
        CHECK(program.all() == all);
    }
    CHECK_THROWS_WITH(Program().parse({"80", "--nope"}), "unknown option --nope");
    if (before == nullptr) ::unsetenv("POSIXLY_CORRECT");
}

TEST_CASE("The error of a wrong command line names the argument", "[common][command_line]")
{
    struct Row {
        std::vector<std::string> words;
        const char* error;
    };
    for (const auto& [words, error] : {
             Row{{"--nope"}, "unknown option --nope"},
             {{"80", "--nope", "/srv"}, "unknown option --nope"},
             {{"--nope=1"}, "unknown option --nope=1"},
             {{"--verb"},
              "unknown option --verb (there is --verbose, and options are not abbreviated)"},
             {{"--bin=::1"},
              "unknown option --bin (there is --bind, and options are not abbreviated)"},
             {{"80", "--bin", "::1"},
              "unknown option --bin (there is --bind, and options are not abbreviated)"},
             {{"--hel"}, "unknown option --hel (there is --help, and options are not abbreviated)"},
             {{"-x"}, "unknown option -x"},
             {{"-vx"}, "unknown option -x"},
             {{"-1"}, "unknown option -1"},
             {{"-b"}, "--bind needs an argument"},
             {{"-vb"}, "--bind needs an argument"},
             {{"80", "--bind"}, "--bind needs an argument"},
             {{"--clients"}, "--clients needs an argument"},
             {{"--verbose=1"}, "--verbose takes no argument"},
             {{"--verbose="}, "--verbose takes no argument"},
             {{"80", "/srv", "more"}, "unexpected argument 'more'"},
             {{"80", "/srv", "--", "-v"}, "unexpected argument '-v'"},
             {{"port"}, "PORT 'port' is not a whole number from 0 to 65535"},
             {{""}, "PORT '' is not a whole number from 0 to 65535"},
             {{"--clients", "0"}, "--clients '0' is not a whole number from 1 to 5000"},
             {{"-w", "soon"}, "--wait 'soon' is not a number of seconds from 0.001 to 1000000000"},
         }) {
        CAPTURE(words);
        Program program;
        CHECK_THROWS_WITH(program.parse(words), error);
    }
}

TEST_CASE("Help and version take no argument", "[common][command_line]")
{
    CHECK_THROWS_WITH(Program().parse({"--help=me"}), "--help takes no argument");
}

TEST_CASE("Whole numbers are accepted within their limits only", "[common][command_line]")
{
    struct Row {
        const char *port, *clients;
        bool good;
    };
    for (const auto& [port, clients, good] : {
             Row{"0", "1", true},
             {"65535", "5000", true},
             {"65536", "5001", false},
             {"18446744073709551616", "18446744073709551617", false},
             {"-0", "-1", false},
             {"+1", "+1", false},
             {" 1", " 1", false},
             {"1 ", "1 ", false},
             {"0x1", "0x1", false},
             {"1.0", "1.0", false},
             {"1e3", "1e3", false},
             {"", "", false},
         }) {
        CAPTURE(port, clients);
        Program program;
        if (good) {
            CHECK_NOTHROW(program.parse({"--", port}));
            CHECK_NOTHROW(program.parse({"--clients", clients}));
            CHECK(std::to_string(program.port) == port);
            CHECK(std::to_string(program.clients) == clients);
        } else {
            CHECK_THROWS_AS(program.parse({"--", port}), net::Error);
            CHECK_THROWS_AS(program.parse({"--clients", clients}), net::Error);
            CHECK(program.all() == Program().all()); // untouched
        }
    }
    std::size_t any = 1;
    net::Value(any).set("18446744073709551615");
    CHECK(any == SIZE_MAX);
    CHECK_THROWS_WITH(net::Value(any).set("x"), "is not a whole number from 0 up");
}

TEST_CASE("Seconds can have a fraction and must be positive", "[common][command_line]")
{
    struct Row {
        const char* text;
        std::chrono::milliseconds time; // 0: refused
    };
    for (const auto& [text, time] : {
             Row{"1", 1s},
             {"0.5", 500ms},
             {".25", 250ms},
             {"2.", 2s},
             {"0.001", 1ms},
             {"1e3", 1000s},
             {"1000000000", 1'000'000'000s},
             {"0", 0ms},
             {"0.0", 0ms},
             {"0.0001", 0ms},
             {"-0", 0ms},
             {"-1", 0ms},
             {"+1", 0ms},
             {"", 0ms},
             {" 1", 0ms},
             {"1s", 0ms},
             {"1 2", 0ms},
             {"1,5", 0ms},
             {"0x10", 0ms},
             {"nan", 0ms},
             {"-nan", 0ms},
             {"inf", 0ms},
             {"infinity", 0ms},
             {"1e10", 0ms},
             {"1e400", 0ms},
             {"1e-400", 0ms},
         }) {
        CAPTURE(text);
        std::chrono::milliseconds member = 7h;
        const net::Value value(member);
        if (time == 0ms) {
            CHECK_THROWS_AS(value.set(text), net::Error);
            CHECK(member == 7h);
        } else {
            value.set(text);
            CHECK(member == time);
        }
    }
}

TEST_CASE("Seconds are exact to the millisecond", "[common][command_line]")
{
    std::chrono::milliseconds member{};
    const net::Value value(member);
    int wrong = 0;
    for (int time = 1; time < 20'000; ++time) {
        const std::string thousandths = std::to_string(1000 + time % 1000).substr(1);
        value.set(std::to_string(time / 1000) + "." + thousandths);
        if (member.count() != time && ++wrong == 1) // only the first is reported
            CHECK(member.count() == time);
    }
    CHECK(wrong == 0);
}

TEST_CASE("Help shows every option with its default and --version the version",
          "[common][command_line]")
{
    const std::string help = Program().parse({"--help"});
    CHECK(help == Program().command_line.help());
    CHECK_THAT(help, StartsWith("usage: server [options] [PORT] [ROOT]\nServes.\n"));
    for (const char* row : {
             "\n  PORT                    listen there (default 6789)\n",
             "\n  ROOT                    serve that (default .)\n",
             "\n      --clients N         serve so many (default 1000)\n",
             "\n  -b, --bind ADDR         listen on that address\n",
             "\n  -w, --wait SECONDS      wait so long (default 1.5)\n",
             "\n  -v, --verbose           say more\n",
             "\n  -h, --help              show this help\n",
             "\n  -V, --version           show the version\n",
         })
        CHECK_THAT(help, Contains(row));
    CHECK_THAT(help, EndsWith("\nexit status: 0 all is well, 2 nothing is\n"));

    CHECK(Program().parse({"-h"}) == help);
    CHECK(Program().parse({"80", "-vh", "--nope"}) == help); // the words after it are ignored
    const std::string version = "server " + std::string(net::version) + "\n";
    CHECK(Program().parse({"--version"}) == version);
    CHECK(Program().parse({"-V"}) == version);
}

TEST_CASE("The defaults that help shows are those before parsing", "[common][command_line]")
{
    Program program;
    CHECK_NOTHROW(program.parse({"80", "-w", "9"}));
    CHECK(program.parse({"--help"}) == Program().parse({"--help"}));
}

TEST_CASE("A program with --help prints and exits 0, or 1 when it can't", "[common][command_line]")
{
    const auto run = [](const char* argument) {
        Program program;
        std::string name = "server";
        std::string word = argument;
        std::array<char*, 3> argv = {name.data(), word.data(), nullptr};
        program.command_line.parse_or_exit(2, argv.data());
        return program.port == 80 ? 42 : 43;
    };
    const Ending help = in_child([&] { return run("--help"); });
    CHECK(help.exit_status == 0);
    CHECK(help.out == Program().command_line.help());
    CHECK(help.err.empty());

    const Ending full = in_child([&] {
        ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        return run("--help");
    });
    CHECK(full.exit_status == 1);

    CHECK(in_child([&] { return run("80"); }).exit_status == 42); // the program continues
    CHECK_THROWS_WITH(run("--nope"), "unknown option --nope (try server --help)");
}

TEST_CASE("Percentages are numbers within their limits", "[common][command_line]")
{
    double member = 30;
    const net::Value value(member, 0, 100);
    CHECK(value.initial == "30");
    struct Row {
        const char* text;
        double number; // negative: refused
    };
    for (const auto& [text, number] : {Row{"0", 0},
                                       {"100", 100},
                                       {"12.5", 12.5},
                                       {".5", 0.5},
                                       {"1e1", 10},
                                       {"101", -1},
                                       {"100.001", -1},
                                       {"-1", -1},
                                       {"", -1},
                                       {"x", -1},
                                       {"5%", -1},
                                       {"nan", -1},
                                       {"inf", -1}}) {
        CAPTURE(text);
        member = 7;
        if (number < 0) {
            CHECK_THROWS_WITH(value.set(text), "is not a number from 0 to 100");
            CHECK(member == 7);
        } else {
            value.set(text);
            CHECK(member == number);
        }
    }
}

TEST_CASE("Intervals go down to a microsecond", "[common][command_line]")
{
    std::chrono::microseconds member = 200us;
    const net::Value value(member);
    CHECK(value.initial == "0.0002");
    value.set("0.000001");
    CHECK(member == 1us);
    value.set("0.1");
    CHECK(member == 100ms);
    CHECK_THROWS_WITH(value.set("0"), "is not a number of seconds from 0.000001 to 1000000000");
}

TEST_CASE("An optional value has no default and stays nullopt", "[common][command_line]")
{
    std::optional<std::size_t> number;
    std::optional<double> share;
    const net::Value value(number);
    const net::Value limited(share, 0.0, 100.0);
    CHECK(value.initial.empty());
    CHECK_THROWS_WITH(value.set("x"), "is not a whole number from 0 up");
    CHECK_THROWS_AS(limited.set("101"), net::Error);
    CHECK_FALSE(number);
    CHECK_FALSE(share);
    value.set("0");
    limited.set("5");
    CHECK(number == 0U);
    CHECK(share == 5.0);
}

TEST_CASE("A name too long for its column has its help on the next line", "[common][command_line]")
{
    std::chrono::microseconds time = 5s;
    const net::CommandLine command_line{
        .program = "server",
        .purpose = "Serves.",
        .operands = {},
        .options = {{0, "heartbeat-timeout", "SECONDS", "wait so long", time}},
        .exit_status = "0 always"};
    CHECK_THAT(
        command_line.help(),
        Contains("      --heartbeat-timeout SECONDS\n                          wait so long"));
}

TEST_CASE("The last operand can repeat, at any position among the options", "[common]")
{
    std::string folder;
    std::vector<std::string> names;
    bool verbose = false;
    const net::CommandLine command_line{
        .program = "lister",
        .purpose = "Lists.",
        .operands = {{.name = "FOLDER", .help = "in that", .value = folder, .is_needed = true},
                     {.name = "NAME", .help = "list it", .value = names, .repeats = true}},
        .options = {{'v', "verbose", "", "say more", verbose}},
        .exit_status = "0"};
    std::vector<std::string> words{"here", "a", "-v", "b", "--", "-c"};
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    CHECK(command_line.parse(arguments).empty());
    CHECK(folder == "here");
    CHECK(names == std::vector<std::string>{"a", "b", "-c"});
    CHECK(verbose);
    CHECK_THAT(command_line.help(), Contains("[options] FOLDER [NAME...]"));
    CHECK_THROWS_WITH(command_line.parse({}), "FOLDER is missing");
}
