#include "common/tls/tls.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <thread>

#include "common/error.h"
#include "tests/certificates.h"
#include "tests/unit/loopback.h"
#include "tests/unit/scratch.h"

using namespace std::chrono_literals;

namespace {

/// openssl s_server: sends its standard input to the client and prints the client's data.
class Server {
public:
    Server(const Certificates& certificates, const std::string& name, const std::string& more = "")
    {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
        const std::string command = "exec openssl s_server -accept 127.0.0.1:0 -cert " +
                                    certificates.path(name + ".pem") + " -key " +
                                    certificates.path(name + ".key") + " 2>/dev/null " + more;
        id_ = ::fork();
        if (id_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        input_ = net::FileDescriptor(in[1]);
        output_ = net::FileDescriptor(out[0]);
        const std::string accept = "ACCEPT 127.0.0.1:";
        const std::string line = read_line_with(accept);
        port_ =
            static_cast<std::uint16_t>(std::stoi(line.substr(line.find(accept) + accept.size())));
    }
    ~Server()
    {
        kill();
        ::waitpid(id_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void send(std::string_view text) const
    {
        REQUIRE(::write(input_.get(), text.data(), text.size()) == std::ssize(text));
    }
    void kill() const { ::kill(id_, SIGKILL); }

    /// Reads the server's output up to the line that contains `text`; returns that line.
    std::string read_line_with(const std::string& text)
    {
        std::string line;
        for (char c = 0; ::read(output_.get(), &c, 1) == 1; line += c)
            if (c == '\n' && line.find(text) != std::string::npos)
                return line;
            else if (c == '\n')
                line.clear();
        FAIL("the server did not print " << text);
        return {};
    }

    [[nodiscard]] std::unique_ptr<net::Stream> connect(const std::string& host,
                                                       const std::string& authorities) const
    {
        return net::start_tls(connect(), host, authorities, soon());
    }
    [[nodiscard]] std::unique_ptr<net::Stream> connect() const
    {
        return std::make_unique<net::TcpStream>(
            net::TcpStream::connect("127.0.0.1", port_, soon()));
    }

private:
    pid_t id_ = -1;
    net::FileDescriptor input_;
    net::FileDescriptor output_;
    std::uint16_t port_ = 0;
};

std::string refusal(const Server& server, const std::string& host, const std::string& authorities)
{
    try {
        static_cast<void>(server.connect(host, authorities));
    } catch (const net::Error& error) {
        return error.what();
    }
    return "";
}

bool cannot_test()
{
    if (!net::has_tls()) return true; // the first case tests such builds
    const bool has_command = std::system("openssl version >/dev/null 2>&1") == 0;
    if (!has_command) WARN("skipped: there is no openssl");
    return !has_command;
}

} // namespace

TEST_CASE("Without OpenSSL the error gives the remedy", "[common][tls]")
{
    if (net::has_tls()) {
        CHECK_THAT(net::tls_version(), Contains("OpenSSL "));
        return;
    }
    CHECK(net::tls_version() == "none");
    CHECK_THROWS_WITH(net::start_tls(nullptr, "a.example", "", soon()),
                      Contains("start TLS with a.example") && Contains("libssl-dev"));
    CHECK_THROWS_WITH(net::accept_tls(nullptr, {}, soon()), Contains("libssl-dev"));
    CHECK_THROWS_WITH(net::make_identity(1), Contains("libssl-dev"));
}

TEST_CASE("TLS carries bytes in both directions", "[common][tls]")
{
    if (cannot_test()) return;
    const Scratch scratch;
    const Certificates certificates(scratch.path());
    certificates.make("good", "DNS:localhost,IP:127.0.0.1,IP:::1");
    Server server(certificates, "good");
    const std::string host = GENERATE("localhost", "LOCALHOST", "127.0.0.1", "[::1]");
    CAPTURE(host);
    const auto stream = server.connect(host, certificates.path("ca.pem"));
    net::Reader reader(*stream);

    server.send("hello\n");
    while (reader.buffered().size() < 6)
        REQUIRE(reader.fill(soon()));
    CHECK(reader.buffered() == "hello\n");

    stream->write(std::string(100'000, 'x') + "\n", soon()); // more than one record
    CHECK((server.read_line_with("xxx").ends_with(std::string(100'000, 'x'))));
}

TEST_CASE("close_notify is an end of stream", "[common][tls]")
{
    if (cannot_test()) return;
    const Scratch scratch;
    const Certificates certificates(scratch.path());
    certificates.make("good", "DNS:localhost");
    const Server server(certificates, "good",
                        "-www"); // answers a request and sends close_notify
    const auto stream = server.connect("localhost", certificates.path("ca.pem"));
    stream->write("GET / HTTP/1.0\r\n\r\n", soon());
    CHECK_THAT(read_all(*stream),
               Contains("200 ok") && Contains("</HTML>", Catch::CaseSensitive::No));
}

TEST_CASE("A server without a valid certificate is refused with the reason", "[common][tls]")
{
    if (cannot_test()) return;
    const Scratch scratch;
    const Certificates certificates(scratch.path());
    const std::string ca = certificates.path("ca.pem");

    certificates.make("good", "DNS:localhost");
    const Server good(certificates, "good");
    CHECK_THAT(refusal(good, "other.example", ca),
               Contains("start TLS with other.example: the certificate is for another name"));
    CHECK_THAT(refusal(good, "127.0.0.1", ca), Contains("for another name than 127.0.0.1"));
    CHECK_THAT(refusal(good, "localhost", ""), Contains("unknown authority"));
    CHECK_THAT(refusal(good, "localhost", "/no/such.pem"),
               Contains("read the CA certificates in /no/such.pem"));
    CHECK_THROWS_WITH(net::check_authorities("/no/such.pem"),
                      Contains("read the CA certificates in /no/such.pem"));
    CHECK_THROWS_WITH(net::check_authorities("/dev/null"), Contains("read the CA certificates in"));
    CHECK_NOTHROW(net::check_authorities(""));

    certificates.make("old", "DNS:localhost", -1);
    CHECK_THAT(refusal(Server(certificates, "old"), "localhost", ca), Contains("has expired"));
    certificates.make_self_signed("self", "DNS:localhost");
    CHECK_THAT(refusal(Server(certificates, "self"), "localhost", ca), Contains("self-signed"));
    certificates.make("part", "DNS:l*.example");
    CHECK_THAT(refusal(Server(certificates, "part"), "lo.example", ca), Contains("another name"));
    CHECK_THAT(
        refusal(Server(certificates, "good", "-tls1_1 -cipher ALL:@SECLEVEL=0"), "localhost", ca),
        Contains("start TLS with localhost: ") && Contains("version"));
}

TEST_CASE("Unverified TLS takes any certificate and names its problem", "[common][tls]")
{
    if (cannot_test()) return;
    const Scratch scratch;
    const Certificates certificates(scratch.path());
    certificates.make("good", "DNS:localhost");
    Server server(certificates, "good");
    const auto problem_with = [&](const std::string& host, const std::string& authorities) {
        net::UnverifiedTls tls =
            net::start_unverified_tls(server.connect(), host, authorities, soon());
        tls.stream->write("hello\n", soon());
        return tls.problem;
    };
    CHECK(problem_with("localhost", certificates.path("ca.pem")).empty());
    CHECK_THAT(problem_with("localhost", ""), Contains("unknown authority"));
    CHECK_THAT(problem_with("other.example", certificates.path("ca.pem")),
               Contains("for another name than other.example"));
}

TEST_CASE("A server that does not speak TLS is an error", "[common][tls]")
{
    if (cannot_test()) return;
    auto both = connected();
    both.server.write("HTTP/1.1 400 Bad Request\r\n\r\n", soon());
    auto below = std::make_unique<net::TcpStream>(std::move(both.client));
    CHECK_THROWS_WITH(net::start_tls(std::move(below), "a.example", "", soon()),
                      Contains("start TLS with a.example: "));
}

TEST_CASE("A connection that ends without close_notify is an error", "[common][tls]")
{
    if (cannot_test()) return;
    const Scratch scratch;
    const Certificates certificates(scratch.path());
    certificates.make("good", "DNS:localhost");
    Server server(certificates, "good");
    const auto stream = server.connect("localhost", certificates.path("ca.pem"));
    net::Reader reader(*stream);
    server.send("hello\n");
    REQUIRE(reader.fill(soon()));
    server.kill();
    CHECK_THROWS_AS(
        [&] {
            while (reader.fill(soon())) {
            }
        }(),
        net::Error);
}

TEST_CASE("TLS obeys deadlines, in the handshake and after it", "[common][tls]")
{
    if (cannot_test()) return;
    auto both = connected(); // no peer answers there
    auto below = std::make_unique<net::TcpStream>(std::move(both.client));
    CHECK_THROWS_AS(net::start_tls(std::move(below), "a.example", "", net::Deadline::in(50ms)),
                    net::Timeout);

    const Scratch scratch;
    const Certificates certificates(scratch.path());
    certificates.make("good", "DNS:localhost");
    Server server(certificates, "good");
    const auto stream = server.connect("localhost", certificates.path("ca.pem"));
    net::Reader reader(*stream);
    CHECK_THROWS_AS(reader.fill(net::Deadline::in(50ms)), net::Timeout);
    server.send("late\n");
    CHECK(reader.fill(soon())); // data after a time-out is still read
}

TEST_CASE("A client can trust a certificate from make_identity()", "[common][tls]")
{
    if (!net::has_tls()) return;
    const Scratch scratch;
    const auto identity = net::make_identity(1);
    const auto ca = scratch.write("ca.pem", identity.certificate).string();
    const std::string host = GENERATE("localhost", "127.0.0.1", "[::1]", "other.example");
    auto both = connected();
    std::thread server([&] {
        try {
            const auto stream = net::accept_tls(
                std::make_unique<net::TcpStream>(std::move(both.server)), identity, soon());
            net::Reader reader(*stream);
            if (reader.fill(soon()))
                stream->write("heard " + std::string(reader.buffered()), soon());
        } catch (const net::Error&) { // the client refused the certificate
        }
    });
    const auto ask = [&] {
        const auto stream = net::start_tls(std::make_unique<net::TcpStream>(std::move(both.client)),
                                           host, ca, soon());
        stream->write("hello", soon());
        return read_all(*stream);
    };
    if (host == "other.example")
        CHECK_THROWS_WITH(ask(), Contains("for another name"));
    else
        CHECK(ask() == "heard hello");
    server.join();
}

TEST_CASE("A server with an invalid certificate does not start TLS", "[common][tls]")
{
    if (!net::has_tls()) return;
    CHECK_THROWS_WITH(net::accept_tls(nullptr, {.certificate = "x", .key = "y"}, soon()),
                      Contains("prepare TLS"));
}
