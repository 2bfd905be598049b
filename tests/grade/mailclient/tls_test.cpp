// TLS and logins: only encrypted, and only with a verified server.
#include "catch.h"

#include <algorithm>

#include "tests/certificates.h"
#include "tests/grade/peers/mail.h"
#include "tests/grade/peers/tls_origin.h"

using grade::mailclient;
using grade::MailServer;
using grade::ReplyTable;
using grade::send_to;
using grade::Sink;
using Tls = MailServer::Tls;

namespace {

const std::string login_offer = "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n";
const std::string starttls_offer = "250-mail.example\r\n250 STARTTLS\r\n";

bool cannot_test()
{
    if (!grade::has_tls("MAILCLIENT")) return true; // another case tests such builds
    return !grade::can_run("openssl");
}

/// One authority for all cases of this file: making keys takes a while.
class Authority {
public:
    [[nodiscard]] net::Identity identity(const std::string& name) const
    {
        return {.certificate = grade::content_of(certificates_.path(name + ".pem")),
                .key = grade::content_of(certificates_.path(name + ".key"))};
    }
    [[nodiscard]] const Certificates& certificates() const { return certificates_; }
    [[nodiscard]] std::string file() const { return certificates_.path("ca.pem"); }

private:
    grade::ScratchFolder folder_;
    Certificates certificates_{folder_.path()};
};

std::string password_in(const std::string& word)
{
    return "MAILCLIENT_PASSWORD='" + word + "'";
}

grade::Outcome log_in(const std::string& server, const std::string& ca,
                      std::vector<std::string> more = {}, const std::string& password = "s3cret")
{
    more.insert(more.begin(), {"--server", server, "--user", "ada", "--ca", ca, "-f",
                               "ada@x.example", "-m", "Hi", "bob@x.example"});
    return mailclient(more, "", password_in(password));
}

std::ptrdiff_t count_of(const std::vector<std::string>& lines, const std::string& beginning)
{
    return std::ranges::count_if(
        lines, [&](const std::string& line) { return line.starts_with(beginning); });
}

} // namespace

TEST_CASE("STARTTLS is used if it is offered, and EHLO is sent again", "[mailclient][extra][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("good", "DNS:localhost,IP:127.0.0.1");
    const MailServer server({}, Tls::starttls, authority.identity("good"));
    CHECK(send_to(server.name(), {"--ca", authority.file()}).status == 0);
    CHECK(server.messages().size() == 1);
    CHECK(count_of(server.lines(), "EHLO") == 2);
    CHECK(server.lines().at(1) == "STARTTLS");
}

TEST_CASE("smtps:// starts TLS with the first byte", "[mailclient][extra][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("good", "DNS:localhost,IP:127.0.0.1");
    const MailServer server({}, Tls::implicit, authority.identity("good"));
    CHECK(send_to("smtps://localhost:" + std::to_string(server.port()), {"--ca", authority.file()})
              .status == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("No message is sent to a server without a valid certificate", "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("wrong", "DNS:other.example");
    authority.certificates().make("old", "DNS:localhost", -1);
    authority.certificates().make_self_signed("self", "DNS:localhost");
    authority.certificates().make("good", "DNS:localhost");
    struct Row {
        std::string name;
        std::string ca;
        std::string words;
    };
    for (const Row& row :
         {Row{"wrong", authority.file(), "for another name than localhost"},
          Row{"old", authority.file(), "has expired"}, Row{"self", authority.file(), "self-signed"},
          Row{"good", "", "unknown authority"}})
        for (const Tls tls : {Tls::starttls, Tls::implicit}) {
            CAPTURE(row.name, row.ca);
            const MailServer server({}, tls, authority.identity(row.name));
            const std::string scheme = tls == Tls::implicit ? "smtps://" : "";
            std::vector<std::string> more;
            if (!row.ca.empty()) more = {"--ca", row.ca};
            const auto outcome =
                send_to(scheme + "localhost:" + std::to_string(server.port()), more);
            CHECK(outcome.status == 69);
            CHECK_THAT(outcome.err, Contains(row.words));
            CHECK(count_of(server.lines(), "MAIL") == 0);
        }
}

TEST_CASE("Unreadable CA certificates are reported without a connection", "[mailclient][own]")
{
    if (cannot_test()) return;
    const MailServer server(ReplyTable{{"EHLO", starttls_offer}});
    for (const std::string file : {"/no/such.pem", "/dev/null"}) {
        const auto outcome = send_to(server.name(), {"--ca", file});
        CHECK(outcome.status == 66);
        CHECK_THAT(outcome.err, Contains("read the CA certificates in " + file));
        CHECK(mailclient({"--mx", "--ca", file, "-f", "a@x.example", "-m", "x", "b@[127.0.0.1]"})
                  .status == 66);
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("Data after the 220 of STARTTLS ends the session", "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const MailServer server(
        ReplyTable{{"EHLO", starttls_offer}, {"STARTTLS", "220 go on\r\n250 injected\r\n"}});
    const auto outcome = send_to(server.name());
    CHECK(outcome.status == 76);
    CHECK_THAT(outcome.err, Contains("an attacker may have injected"));
    CHECK(count_of(server.lines(), "EHLO") == 1);
}

TEST_CASE("Each failure of STARTTLS has its status", "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const auto status = [](const std::string& answer) {
        const MailServer server(ReplyTable{{"EHLO", starttls_offer}, {"STARTTLS", answer}});
        const auto outcome = send_to(server.name(), {"--timeout", "2"});
        CHECK(count_of(server.lines(), "MAIL") == 0);
        return outcome.status;
    };
    CHECK(status("454 4.7.0 not now\r\n") == 75);
    CHECK(status("502 no\r\n") == 69);
    CHECK(status("what?\r\n") == 76);
    CHECK(status("220 go on\r\n" + grade::closes) == 69);
}

TEST_CASE("--tls require sends nothing without TLS, --tls off does not use TLS",
          "[mailclient][extra][own]")
{
    if (cannot_test()) return;
    const MailServer clear;
    const auto outcome = send_to(clear.name(), {"--tls", "require"});
    CHECK(outcome.status == 69);
    CHECK_THAT(outcome.err, Contains("does not offer STARTTLS"));
    CHECK(count_of(clear.lines(), "MAIL") == 0);
    const MailServer offers(ReplyTable{{"EHLO", starttls_offer}});
    CHECK(send_to(offers.name(), {"--tls", "off"}).status == 0);
    CHECK(count_of(offers.lines(), "STARTTLS") == 0);
}

TEST_CASE("There is no login without TLS", "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const MailServer clear(ReplyTable{{"EHLO", login_offer}});
    const auto outcome = log_in(clear.name(), "");
    CHECK(outcome.status == 69);
    CHECK(count_of(clear.lines(), "AUTH") == 0);
    CHECK(log_in(clear.name(), "", {"--tls", "off"}).status == 64);
    CHECK(clear.connections() == 1);
}

TEST_CASE("A requested login that the server does not offer is an error",
          "[mailclient][extra][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("good", "IP:127.0.0.1");
    const MailServer none({}, Tls::implicit, authority.identity("good"));
    const auto outcome = log_in("smtps://" + none.name(), authority.file());
    CHECK(outcome.status == 77);
    CHECK_THAT(outcome.err, Contains("offers no login"));
    CHECK(count_of(none.lines(), "MAIL") == 0);

    const MailServer other(ReplyTable{{"EHLO", "250-a\r\n250 AUTH GSSAPI\r\n"}}, Tls::implicit,
                           authority.identity("good"));
    CHECK_THAT(log_in("smtps://" + other.name(), authority.file()).err, Contains("only GSSAPI"));
}

TEST_CASE("A refused login: one attempt, the server's reply, no secret in the output",
          "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("good", "IP:127.0.0.1");
    const MailServer server(
        ReplyTable{{"EHLO", login_offer}, {"AUTH", "535 5.7.8 Wrong password\r\n"}}, Tls::implicit,
        authority.identity("good"));
    const auto outcome = log_in("smtps://" + server.name(), authority.file(), {"-v"});
    CHECK(outcome.status == 77);
    CHECK_THAT(outcome.err, Contains("535 5.7.8 Wrong password") && Contains("> AUTH PLAIN ***") &&
                                !Contains("s3cret") && !Contains("AGFkYQBzM2NyZXQ"));
    CHECK(count_of(server.lines(), "AUTH") == 1);
    CHECK(count_of(server.lines(), "AUTH PLAIN AGFkYQBzM2NyZXQ=") == 1);

    const MailServer echoes(
        ReplyTable{{"EHLO", login_offer}, {"AUTH", "501 AUTH PLAIN AGFkYQBzM2NyZXQ=: s3cret?\r\n"}},
        Tls::implicit, authority.identity("good"));
    const auto echoed = log_in("smtps://" + echoes.name(), authority.file(), {"-v"});
    CHECK_THAT(echoed.err, Contains("501 AUTH PLAIN ***: ***?") && !Contains("s3cret") &&
                               !Contains("AGFkYQBzM2NyZXQ"));

    const MailServer busy(ReplyTable{{"EHLO", login_offer}, {"AUTH", "454 4.7.0 later\r\n"}},
                          Tls::implicit, authority.identity("good"));
    CHECK(log_in("smtps://" + busy.name(), authority.file()).status == 75);
}

TEST_CASE("A server that skips its proof in SCRAM is refused", "[mailclient][robust][own]")
{
    if (cannot_test()) return;
    const Authority authority;
    authority.certificates().make("good", "IP:127.0.0.1");
    const std::string offer = "250-a\r\n250 AUTH SCRAM-SHA-256\r\n";
    for (const auto& [answer, status] :
         {std::pair<std::string, int>{"235 welcome\r\n", 77},
          {"334 cj1vdGhlcixzPWMyRnNkQT09LGk9NDA5Ng==\r\n", 76}, // another nonce
          {"334 not base64!\r\n", 76}}) {
        const MailServer server(ReplyTable{{"EHLO", offer}, {"AUTH", answer}}, Tls::implicit,
                                authority.identity("good"));
        const auto outcome = log_in("smtps://" + server.name(), authority.file());
        CAPTURE(answer, outcome.err);
        CHECK(outcome.status == status);
        CHECK(count_of(server.lines(), "MAIL") == 0);
    }
}

TEST_CASE("Without a password there is no connection", "[mailclient][own]")
{
    if (cannot_test()) return;
    const MailServer server;
    const auto outcome = mailclient(
        {"--server", "ada@" + server.name(), "-f", "a@x.example", "-m", "x", "bob@x.example"});
    CHECK(outcome.status == 77);
    CHECK_THAT(outcome.err, Contains("no password is available") && Contains("--password-command"));
    CHECK(server.connections() == 0);
    for (const std::string command : {"false", "true", "exit 3"}) {
        const auto failed = send_to("ada@" + server.name(), {"--password-command", command});
        CHECK(failed.status == 77);
        CHECK_THAT(failed.err, Contains("--password-command"));
    }
}

TEST_CASE("The sink accepts logins as in RFC 4954", "[mailsink][own]")
{
    if (cannot_test()) return;
    const Sink sink({"--user", "ada"}, "s3cret");
    const auto deadline = net::Deadline::in(std::chrono::seconds(10));
    const auto port = std::stoi(sink.name().substr(sink.name().find(':') + 1));
    const auto talk = [&](const std::string& lines) {
        auto client =
            net::TcpStream::connect("127.0.0.1", static_cast<std::uint16_t>(port), deadline);
        client.write("EHLO a\r\nSTARTTLS\r\n", deadline);
        net::Reader clear(client);
        while (clear.buffered().find("220 2.0.0") == std::string_view::npos)
            if (!clear.fill(deadline)) return std::string();
        auto stream = net::start_tls(std::make_unique<net::TcpStream>(std::move(client)),
                                     "localhost", sink.ca(), deadline);
        stream->write(lines + "QUIT\r\n", deadline);
        net::Reader reader(*stream);
        while (reader.buffered().find("221 ") == std::string_view::npos && reader.fill(deadline)) {
        }
        return std::string(reader.buffered());
    };
    const std::string good = "EHLO a\r\nAUTH PLAIN AGFkYQBzM2NyZXQ=\r\n";
    CHECK_THAT(talk(good + "AUTH PLAIN AGFkYQBzM2NyZXQ=\r\n"),
               Contains("235 ") && Contains("503 "));
    CHECK_THAT(talk("AUTH PLAIN AGFkYQBzM2NyZXQ=\r\n"), Contains("503 ") && !Contains("235 "));
    CHECK_THAT(talk("EHLO a\r\nAUTH PLAIN !\r\n"), Contains("501 5.5.2") && !Contains("334 "));
    CHECK_THAT(talk("EHLO a\r\nAUTH LOGIN\r\n*\r\nNOOP\r\n"),
               Contains("334 VXNlcm5hbWU6\r\n501 5.7.0 Cancelled, or not base64\r\n250 "));
    CHECK_THAT(talk(good + "MAIL FROM:<> AUTH=<>\r\n"), Contains("250 2.1.0"));
}

namespace {

/// Waits for the prompt on a new terminal, types `answer` or sends SIGTERM, and prints the exit
/// status (a negative one is a signal's number) and whether the terminal echoes again.
constexpr const char* at_a_terminal = R"(
import os, pty, signal, sys, termios
answer, command = sys.argv[1], sys.argv[2:]
master, slave = os.openpty()
child = os.fork()
if child == 0:
    os.setsid()
    os.close(os.open(os.ttyname(slave), os.O_RDWR))  # becomes the controlling terminal
    os.dup2(slave, 0)
    os.execvp(command[0], command)
said = b''
while b'password for' not in said:
    said += os.read(master, 1000)
while termios.tcgetattr(slave)[3] & termios.ECHO:
    pass
if answer == 'TERM':
    os.kill(child, signal.SIGTERM)
else:
    os.write(master, answer.encode().decode('unicode_escape').encode())
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
echoes = termios.tcgetattr(slave)[3] & termios.ECHO != 0
print(status, 'echo' if echoes else 'silent')
)";

} // namespace

TEST_CASE("The password prompt restores the terminal, whatever is typed", "[mailclient][own]")
{
    if (cannot_test() || !grade::can_have_terminal() || !grade::can_run("python3")) return;
    const Sink sink({"--user", "ada"}, "s3cret");
    const grade::ScratchFolder folder;
    const auto script = folder.write("terminal.py", at_a_terminal).string();
    const auto type = [&](const std::string& answer) {
        return grade::run("env -u MAILCLIENT_PASSWORD HOME=/ python3 " + script,
                          {answer, grade::command_of("MAILCLIENT"), "--server",
                           "ada@" + sink.name(), "--ca", sink.ca(), "-f", "a@x.example", "-m", "x",
                           "-q", "bob@x.example"})
            .out;
    };
    CHECK(type("s3cret\\n") == "0 echo\n");
    CHECK(type("wrong\\n") == "77 echo\n");
    CHECK(type("\\n") == "77 echo\n");
    CHECK(type("\\x04") == "77 echo\n");
    CHECK(type("\\x03") == "-2 echo\n");
    CHECK(type("TERM") == "-15 echo\n");
    CHECK_THAT(sink.dialogue(), Contains("2 C: AUTH") && !Contains("3 C: "));
}

TEST_CASE("The password command has a usual SIGPIPE", "[mailclient][own]")
{
    if (cannot_test()) return;
    const Sink sink({"--user", "ada"}, "s3cret");
    const auto outcome =
        mailclient({"--server", "ada@" + sink.name(), "--ca", sink.ca(), "-f", "a@x.example", "-m",
                    "x", "--password-command", "yes s3cret | head -n 1", "bob@x.example"});
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty()); // "yes: standard output: Broken pipe"
}

TEST_CASE("A text typed at the prompt is saved when it cannot be sent", "[mailclient][own]")
{
    if (!grade::can_have_terminal() || !grade::can_run("script --version")) return;
    const grade::ScratchFolder folder;
    const auto outcome = grade::run(
        "sh -c",
        {"printf 'ada@x.example\\nbob@x.example\\nHi\\nDear Bob,\\nhi.\\n.\\n' | HOME=$PWD "
         "script -qec \"env -u EMAIL -u DEAD " +
         grade::command_of("MAILCLIENT") + " --server 127.0.0.1:1\" /dev/null"},
        folder.path());
    CHECK_THAT(outcome.out, Contains("the text is saved in ") && Contains("/dead.letter"));
    CHECK(grade::content_of(folder.path() / "dead.letter") == "Dear Bob,\nhi.\n");
}

TEST_CASE("A bad header is told before a text is asked for", "[mailclient][own]")
{
    if (!grade::can_have_terminal() || !grade::can_run("script --version")) return;
    const auto [option, value, reason] = GENERATE(table<std::string, std::string, std::string>({
        {"--to", "bob", "@"},
        {"--cc", "bob@@x.example", "bob@@x.example"},
        {"--from", "a@b@c", "a@b@c"},
        {"--reply-to", "team", "@"},
        {"--in-reply-to", "123", "no Message-ID"},
        {"--header", "Subject: x", "use --subject"},
        {"-a", "no-such-file", "no-such-file"},
    }));
    CAPTURE(option, value);
    const auto outcome =
        grade::run("sh -c", {"script -qec \"env EMAIL=ada@x.example " +
                             grade::command_of("MAILCLIENT") + " --server 127.0.0.1:1 -s x " +
                             option + " '" + value + "' bob@x.example\" /dev/null </dev/null"});
    CHECK(outcome.status == (option == "-a" ? 66 : 65));
    CHECK_THAT(outcome.out, Contains(reason) && !Contains("Text (end it"));
}

TEST_CASE("Without OpenSSL only TLS fails, before a connection", "[mailclient][own]")
{
    if (grade::has_tls("MAILCLIENT")) return; // CI runs this with a program built without
    const MailServer server(ReplyTable{{"EHLO", starttls_offer}});
    CHECK(send_to(server.name()).status == 0);
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--user", "ada"}, {"--tls", "require"}}) {
        const auto outcome = send_to(server.name(), more);
        CHECK(outcome.status == 69);
        CHECK_THAT(outcome.err, Contains("apt-get install libssl-dev"));
    }
    CHECK(send_to("127.0.0.1:465").status == 69);
    CHECK(server.connections() == 1);
}

TEST_CASE("Every mechanism and every source of the password works with the sink",
          "[mailclient][mailsink][own]")
{
    if (cannot_test()) return;
    const Sink sink({"--user", "ada"}, "s3cret");
    const auto log_in_by = [&](const std::string& mechanism) {
        return log_in(sink.name(), sink.ca(), {"--auth", mechanism}).status;
    };
    for (const std::string mechanism : {"plain", "login", "cram-md5", "scram-sha-256"}) {
        CAPTURE(mechanism);
        CHECK(log_in_by(mechanism) == 0);
    }
    CHECK(log_in(sink.name(), sink.ca(), {}, "wrong").status == 77);
    CHECK(log_in_by("xoauth2") == 0); // the password as a token
    const std::vector<std::string> arguments{
        "--server", "ada@" + sink.name(), "--ca", sink.ca(), "-f", "a@x.example", "-m",
        "x",        "bob@x.example"};
    const auto with = [&](std::vector<std::string> more, const std::string& environment) {
        more.insert(more.end(), arguments.begin(), arguments.end());
        return mailclient(more, "", environment).status;
    };
    CHECK(with({"--token-command", "echo s3cret"}, "") == 0);
    CHECK(with({"--token-command", "echo s3cret", "--auth", "xoauth2"}, "") == 0);
    CHECK(with({"--token-command", "echo wrong"}, "") == 77);
    CHECK(with({"--password-command", "printf 's3cret\\nmore\\n'"}, "") == 0);
    const grade::ScratchFolder home;
    const auto netrc = home.write(".netrc", "machine localhost login ada password s3cret\n");
    CHECK(with({}, "HOME=" + home.path().string()) == 77); // other users may read it
    std::filesystem::permissions(netrc, std::filesystem::perms::owner_read);
    CHECK(with({}, "HOME=" + home.path().string()) == 0);
    CHECK(with({}, "HOME=/") == 77);
    CHECK_THAT(sink.dialogue(), !Contains("s3cret"));
}
