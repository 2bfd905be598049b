// The grader graded: sample programs get the scores that they deserve, and a bad one does no harm.
#include "catch.h"

#include <unistd.h>

#include <algorithm>

#include "common/text/ascii.h"
#include "tests/grade/peers/icmp_network.h"
#include "tests/grade/peers/process.h"

using grade::Outcome;
using grade::ScratchFolder;
using namespace std::chrono_literals;

namespace {

/// Runs the grader, with `settings` as a shell has them before a command. Sanitizers need memory
/// beyond any limit, so there is none.
Outcome grader(const std::string& settings, const std::string& arguments)
{
    const std::string command = settings + " exec " + grade::command_of("GRADER") + " " +
                                grade::command_of("GRADE_TESTS") + " --memory=0 " + arguments;
    grade::Process process("sh", {"-c", command}, "/");
    const auto outcome = process.wait(net::Deadline::in(10min));
    if (!outcome) FAIL("the grader does not end");
    return *outcome;
}

std::string last_lines(const std::string& text, int count)
{
    auto place = text.size();
    for (int i = 0; i <= count; ++i)
        place = text.rfind('\n', place - 1);
    return text.substr(place + 1);
}

/// All the sample programs of a folder are graded; without the cases of the cache, which the
/// assignment leaves to those who want more, and those that need other people's programs.
class Grading {
public:
    explicit Grading(const std::string& sample)
        : process_("env WEBSERVER='python3 WebServer.py' WEBCLIENT='python3 WebClient.py' "
                   "UDPPINGER='python3 UDPPingerClient.py {host} {port}' "
                   "UDPECHOSERVER='python3 UDPPingerServer.py {port}' "
                   "PROXY='python3 ProxyServer.py' ICMPPINGER='python3 ICMPPinger.py' "
                   "MAILCLIENT='python3 SMTPClient.py {host} {port} {from} {to} {file}' " +
                       grade::command_of("GRADER") + " " + grade::command_of("GRADE_TESTS") +
                       " --their webserver --their webclient --their udppinger "
                       "--their udpechoserver --their proxy --their icmppinger "
                       "--their mailclient --except=cache "
                       "--except=real --except=chromium --memory=0 --jobs=3",
                   {"--student", (grade::source_folder() / "tests/students" / sample).string()},
                   "/")
    {
    }

    /// The table of the scores, once it is there.
    std::string scores()
    {
        const auto outcome = process_.wait(net::Deadline::in(15min));
        if (!outcome) FAIL("the grader does not end");
        CAPTURE(outcome->out, outcome->err);
        CHECK(outcome->status == 0);
        constexpr int programs = 7;
        return last_lines(outcome->out, programs);
    }

private:
    grade::Process process_;
};

bool can_grade_all()
{
    return grade::can_run("python3") && grade::can_run("curl") && grade::can_have_network();
}

/// Whether a process with this text in its command line is there.
bool is_there(const std::string& text)
{
    for (const auto& entry : std::filesystem::directory_iterator("/proc"))
        if (grade::content_of(entry.path() / "cmdline").find(text) != std::string::npos)
            return true;
    return false;
}

/// unshare(1) with the rights that the grader's sandbox has.
std::string unshare()
{
    return ::geteuid() == 0 ? "unshare --mount --net" : "unshare --map-root-user --mount --net";
}

/// Whether what is written to /tmp can go elsewhere here, as in the grader's sandbox.
bool can_redirect_tmp()
{
    const ScratchFolder disk;
    return grade::works("! cut -d ' ' -f 5 /proc/self/mountinfo | grep ^/tmp/") &&
           grade::works(unshare() + " sh -ec 'cd " + disk.path().string() +
                        "; mount -t tmpfs none $PWD; cd $PWD; mkdir upper work; mount -t overlay "
                        "-o lowerdir=/tmp,upperdir=$PWD/upper,workdir=$PWD/work overlay /tmp; "
                        ": > /tmp/written'");
}

std::string good_client()
{
    return grade::content_of(grade::source_folder() / "tests/students/decent/WebClient.py");
}

constexpr std::string_view decent = "webserver       lab 2/2     extra 5/25    robust 11/23\n"
                                    "webclient       lab 3/3     extra 1/2     robust 1/1\n"
                                    "udppinger       lab 4/4     extra 1/1     robust 1/1\n"
                                    "udpechoserver   lab 3/3     extra -       robust -\n"
                                    "proxy           lab 2/2     extra 13/33   robust 4/16\n"
                                    "icmppinger      lab 5/5     extra 2/2     robust 1/1\n"
                                    "mailclient      lab 3/3     extra 3/3     robust 2/2\n";
constexpr std::string_view naive = "webserver       lab 1/2     extra 2/25    robust 1/23\n"
                                   "webclient       lab 2/3     extra 0/2     robust 0/1\n"
                                   "udppinger       lab 4/4     extra 0/1     robust 0/1\n"
                                   "udpechoserver   lab 1/3     extra -       robust -\n"
                                   "proxy           lab 2/2     extra 2/33    robust 1/16\n"
                                   "icmppinger      lab 3/5     extra 0/2     robust 0/1\n"
                                   "mailclient      lab 3/3     extra 1/3     robust 1/2\n";

} // namespace

TEST_CASE("The sample programs get exactly their scores, twice in a row", "[.][samples][own]")
{
    if (!can_grade_all()) return;
    for (int i = 0; i < 2; ++i) {
        Grading with_care("decent"); // at the same time: they mostly wait
        Grading in_haste("naive");
        CHECK(with_care.scores() == decent);
        CHECK(in_haste.scores() == naive);
    }
}

/// The score for the lab alone of the programs in a folder with a grade.cmd.
Outcome grade_lab(const std::filesystem::path& folder, const std::vector<std::string>& programs)
{
    std::string settings;
    std::string arguments = "--except=extra --except=robust --student=" + folder.string();
    for (const std::string& program : programs) {
        std::string variable = program;
        std::ranges::transform(variable, variable.begin(), net::to_upper);
        settings += variable + "=false ";
        arguments += " --their " + program;
    }
    return grader(settings, arguments);
}

TEST_CASE("Solutions true to the sheets have all of lab, with whatever is built in",
          "[grader][own]")
{
    if (!can_grade_all()) return;
    const Outcome outcome =
        grade_lab(grade::source_folder() / "tests/students/sheet",
                  {"webserver", "udppinger", "mailclient", "proxy", "icmppinger"});
    CAPTURE(outcome.out, outcome.err);
    CHECK_THAT(outcome.out, Contains("note    webserver uses port 80, which it has built in\n") &&
                                Contains("note    mailclient uses port 587,") &&
                                Contains("\ntotal           15/15 points, 100 %\n"));
}

TEST_CASE("A submission has its own build, asks for its port and has its address", "[grader][own]")
{
    if (!grade::can_run("cc")) return;
    const ScratchFolder folder;
    folder.write("WebServer.c",
                 grade::content_of(grade::source_folder() / "tests/students/sheet/WebServer.c"));
    folder.write("grade.cmd", "BUILD=cc -o server WebServer.c\nWEBSERVER=./server\n");
    const Outcome good = grade_lab(folder.path(), {"webserver"});
    CAPTURE(good.out, good.err);
    CHECK_THAT(good.out, Contains("\ntotal           2/2 points, 100 %\n"));

    folder.write("WebServer.c", "int main( {\n");
    const Outcome bad = grade_lab(folder.path(), {"webserver"});
    CAPTURE(bad.out, bad.err);
    CHECK_THAT(bad.out, Contains("        the build fails: WebServer.c:1:") &&
                            Contains("        not run\n") && Contains("total           0/2"));
}

TEST_CASE("One known fault costs one mark, and its advice names the remedy", "[grader][own]")
{
    if (!can_grade_all()) return;
    const auto sheet = grade::source_folder() / "tests/students/sheet";
    struct Row {
        const char* program;
        const char* file;
        const char* right;
        const char* wrong;
        const char* score;
        const char* advice;
    };
    const auto row = GENERATE(values<Row>(
        {{"webserver", "WebServer.py", "    except IOError:", "    except KeyError:",
          "webserver       lab 1/2", "catch the error of open()"},
         {"udppinger", "UDPPinger.py", "print(\"Request timed out\")", "pass",
          "udppinger       lab 3/4", "prints a line such as Request timed out"},
         {"mailclient", "SMTPClient.py", "(\"QUIT\", \"221\")", "", "mailclient      lab 1/2",
          "DATA and QUIT"},
         {"proxy", "ProxyServer.py", "    client.close()\n", "    client.close()\n    break\n",
          "proxy           lab 1/2", "returns to accept()"},
         {"icmppinger", "ICMPPinger.py", "return \"Request timed out.\"", "return \"\"",
          "icmppinger      lab 4/5", "prints a line such as Request timed out"}}));
    const ScratchFolder folder;
    std::string text = grade::content_of(sheet / row.file);
    const auto place = text.find(row.right);
    REQUIRE(place != std::string::npos);
    folder.write(row.file, text.replace(place, std::string(row.right).size(), row.wrong));
    folder.write("grade.cmd", grade::content_of(sheet / "grade.cmd"));
    const Outcome outcome = grade_lab(folder.path(), {row.program});
    CAPTURE(outcome.out, outcome.err);
    CHECK_THAT(outcome.out, Contains(std::string("\n") + row.score) && Contains(row.advice));
    CHECK_THAT(outcome.out, !Contains("CHECK(") && !Contains("_test.cpp"));
}

TEST_CASE("A failed case says what was wanted, sent and received", "[grader][own]")
{
    if (!grade::can_run("python3")) return;
    const ScratchFolder folder;
    folder.write("Client.py", "import sys, socket\n"
                              "s = socket.create_connection(('127.0.0.1', 6789))\n"
                              "s.send(b'GET ' + sys.argv[1].encode() + b' HTTP/1.0\\r\\n\\r\\n')\n"
                              "print(s.recv(9).decode())\n");
    const Outcome outcome =
        grader("WEBCLIENT='python3 Client.py /{path}'",
               "--their webclient --port 6789 --out=" + (folder.path() / "out").string() +
                   " --student=" + folder.path().string());
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("FAILED  webclient     lab    The client reads the whole "
                                     "response, not only its first piece"));
    CHECK_THAT(outcome.out, Contains("| < GET /long.html HTTP/1.0\\r\\n\n") &&
                                Contains("| > Content-Length: 100007\\r\\n\n") &&
                                Contains("| * stdout: HTTP/1.1 \\n\n"));
    CHECK_THAT(outcome.out, EndsWith("\nwebclient       lab 0/3     extra 0/2     robust 0/1\n"));

    const auto out = folder.path() / "out";
    CHECK_THAT(grade::content_of(out / "grade.txt"), EndsWith(last_lines(outcome.out, 1)));
    CHECK_THAT(grade::content_of(out / "grade.json"),
               Contains(R"("points":{"lab":{"passed":0,"of":3})"));
    CHECK_THAT(grade::content_of(out / "grade.xml"),
               Contains("<testsuite name=\"webclient\" tests=\"6\" failures=\"6\""));
    for (const char* check : {"import json; json.load(open('grade.json'))",
                              "import xml.dom.minidom as m; m.parse('grade.xml')"}) {
        CAPTURE(check);
        CHECK(grade::run("python3", {"-c", check}, out).status == 0);
    }
}

TEST_CASE("Who hangs, forks or fills the disk is graded like everybody, and is gone afterwards",
          "[grader][own]")
{
    if (!grade::can_run("python3")) return;
    const ScratchFolder all;
    const std::string program = "client_" + std::to_string(::getpid()) + ".py";
    all.write("bob, \"the\" <b>/" + program, "while True:\n    pass\n");
    all.write("carol/" + program, "import os, time\n"
                                  "for i in range(6):\n"
                                  "    os.fork()\n"
                                  "os.setsid()\n"
                                  "time.sleep(1000)\n");
    all.write("dave/" + program, "f = open('full', 'wb')\n"
                                 "while True:\n"
                                 "    f.write(bytes(1000000))\n");
    const Outcome outcome =
        grader("WEBCLIENT='python3 " + program + "'",
               "--their webclient --deadline=3 --disk=32 --jobs=4 --submissions='" +
                   all.path().string() + "'");
    CAPTURE(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    CHECK_FALSE(is_there(program));
    CHECK(grade::content_of(all.path() / "grades.csv") ==
          "submission,points,of,percent,webclient lab,webclient lab of,webclient extra,webclient "
          "extra of,"
          "webclient robust,webclient robust of\r\n"
          "\"bob, \"\"the\"\" <b>\",0,6,0,0,3,0,2,0,1\r\n"
          "carol,0,6,0,0,3,0,2,0,1\r\n"
          "dave,0,6,0,0,3,0,2,0,1\r\n");
    const std::string page = grade::content_of(all.path() / "grades.html");
    CHECK_THAT(page, Contains("bob, &quot;the&quot; &lt;b&gt;") && !Contains("<b>") &&
                         Contains("not finished after 3 s"));
}

TEST_CASE("A submission sees neither the reference nor what judges it, and gains no rights",
          "[grader][own]")
{
    if (!grade::can_run("python3")) return;
    const ScratchFolder all;
    const std::string source = grade::source_folder().string();
    all.write("eve/Client.py",
              "import os\n"
              "parent = '/proc/%d/' % os.getppid()\n"
              "def attempt(name, action):\n"
              "    try:\n"
              "        action()\n"
              "        print(name, 'succeeds')\n"
              "    except OSError:\n"
              "        print(name, 'fails')\n"
              "def remount():\n"
              "    if os.system('mount -o remount,rw,bind / 2>/dev/null') != 0:\n"
              "        raise OSError\n"
              "attempt('own', lambda: os.stat('Client.py'))\n"
              "attempt('reference', lambda: os.stat('" +
                  source +
                  "/webserver/webclient'))\n"
                  "attempt('tests', lambda: os.stat('" +
                  source +
                  "/tests/grade'))\n"
                  "attempt('neighbour', lambda: os.stat('" +
                  all.path().string() +
                  "/zoe'))\n"
                  "attempt('exe', lambda: os.readlink(parent + 'exe'))\n"
                  "attempt('memory', lambda: open(parent + 'mem', 'rb'))\n"
                  "attempt('case', lambda: open(parent + 'cmdline', 'rb'))\n"
                  "attempt('verdict', lambda: os.listdir('/proc/1/fd'))\n"
                  "attempt('mount', remount)\n"
                  "import socket, sys\n"
                  "server = (sys.argv[1], int(sys.argv[2]))\n"
                  "attempt('contact', lambda: socket.create_connection(server))\n");
    all.write("zoe/Client.py", "print('zoe')\n");
    const Outcome outcome = grader("WEBCLIENT='python3 Client.py'",
                                   "--their webclient --submissions='" + all.path().string() + "'");
    CAPTURE(outcome.out, outcome.err);
    CHECK_THAT(outcome.out, Contains("* stdout: own succeeds\\n\n"));
    for (const std::string name :
         {"reference", "tests", "neighbour", "exe", "memory", "case", "verdict", "mount"}) {
        CAPTURE(name);
        CHECK_THAT(outcome.out,
                   Contains("* stdout: " + name + " fails\\n\n") && !Contains(name + " succeeds"));
    }
}

TEST_CASE("A submission's own commands reach neither the reference nor the neighbours",
          "[grader][own]")
{
    if (!grade::can_run("python3")) return;
    const ScratchFolder all;
    const std::string reference = (grade::source_folder() / "webserver/webclient").string();
    all.write("eve/grade.cmd", "WEBCLIENT=" + reference + " {host} {port} {path}\n");
    all.write("mallory/grade.cmd", "BUILD=cp " + reference + " .\n");
    all.write("trudy/grade.cmd", "BUILD=cp " + all.path().string() + "/zoe/Client.py .\n");
    all.write("victor/grade.cmd", "python3 Client.py\n");
    all.write("zoe/Client.py", good_client());
    const Outcome outcome =
        grader("WEBCLIENT='python3 Client.py'", "--their webclient --except=extra --except=robust "
                                                "--submissions='" +
                                                    all.path().string() + "'");
    CAPTURE(outcome.out, outcome.err);
    for (const char* cheat : {"eve", "mallory", "trudy", "victor"}) {
        CAPTURE(cheat);
        CHECK_THAT(outcome.out,
                   Contains(std::string("\n") + cheat) &&
                       Matches("[^]*\n" + std::string(cheat) + " +webclient +lab 0/3[^]*"));
    }
    CHECK_THAT(outcome.out, Contains("the build fails: cp: ") &&
                                Contains("grade.cmd:1: a line is NAME=value") &&
                                Matches("[^]*\nzoe +webclient +lab 3/3[^]*"));
}

TEST_CASE("What a program writes to /tmp is gone afterwards", "[grader][own]")
{
    if (!grade::can_run("python3") || !can_redirect_tmp()) return;
    const ScratchFolder folder;
    const std::string letter = "/tmp/letter_" + std::to_string(::getpid());
    folder.write("client.py",
                 "open('" + letter + "', 'x').close()\n" + good_client()); // tmpfile(3)
    const Outcome outcome = grader("WEBCLIENT='python3 client.py'",
                                   "--their webclient --student=" + folder.path().string());
    CAPTURE(outcome.out, outcome.err);
    CHECK_FALSE(std::filesystem::exists(letter));
    CHECK_THAT(outcome.out, EndsWith("\nwebclient       lab 3/3     extra 1/2     robust 1/1\n"));
}

TEST_CASE("A submission in what is mounted below /tmp is graded like any other", "[grader][own]")
{
    const ScratchFolder folder;
    const std::string mount = "mount -t tmpfs none " + folder.path().string();
    if (!grade::can_run("python3") || !grade::works(unshare() + " " + mount)) return;
    const ScratchFolder elsewhere;
    const auto client = elsewhere.write("client.py", good_client());
    const Outcome outcome =
        grader("WEBCLIENT='python3 client.py' exec " + unshare() + " sh -ec '" + mount + "; cp " +
                   client.string() + " " + folder.path().string() + "; shift; exec \"$@\"' sh",
               "--their webclient --student=" + folder.path().string());
    CAPTURE(outcome.out, outcome.err);
    CHECK_THAT(outcome.out, EndsWith("\nwebclient       lab 3/3     extra 1/2     robust 1/1\n"));
}

TEST_CASE("A total below the wanted percentage is exit status 1", "[grader][own]")
{
    if (!grade::can_run("python3")) return;
    const ScratchFolder folder;
    folder.write("client.py", good_client());
    const auto status = [&](const std::string& percent) {
        return grader("WEBCLIENT='python3 client.py'",
                      "--their webclient --except=robust --except=extra --student=" +
                          folder.path().string() + " --fail-below=" + percent)
            .status;
    };
    CHECK(status("100") == 0);
    folder.write("client.py", "");
    CHECK(status("100") == 1);
    CHECK(status("0") == 0);
}

TEST_CASE("What cannot be graded is exit status 2 and one line", "[grader][own]")
{
    const Outcome nobody = grader("", "");
    CHECK(nobody.status == 2);
    CHECK(nobody.err == "grade: no program to grade (use --their or --our)\n");
    const Outcome unset = grader("NOSUCH=", "--their nosuch");
    CHECK(unset.status == 2);
    CHECK(unset.err == "grade: grade nosuch: set NOSUCH to its command\n");
    const Outcome missing = grader("", "--our webserver --student /no/such/folder");
    CHECK(missing.status == 2);
    CHECK_THAT(missing.err, Contains("/no/such/folder: no such folder"));
}
