// Real programs through the proxy.
#include "catch.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"
#include "tests/grade/peers/tls_origin.h"
#include "tests/grade/peers/web.h"

using grade::Proxy;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

std::string url_of(const Proxy& proxy)
{
    return "http://127.0.0.1:" + std::to_string(proxy.port());
}

} // namespace

TEST_CASE("curl fetches the same with and without the proxy", "[proxy][extra][real]")
{
    if (!grade::can_run("curl")) return;
    const grade::ScratchFolder site;
    const auto page = site.write("page.html", std::string(200'000, 'x') + "end");
    const WebServer server(site.path());
    const Proxy proxy;
    for (const char* how : {"--http1.1", "--http1.0", "--proxytunnel"}) {
        CAPTURE(how);
        const auto outcome = grade::run("curl",
                                        {"-s", "--fail", "--noproxy", "", "-x", url_of(proxy), how,
                                         "-o", "fetched", server.url("/page.html")},
                                        site.path());
        CHECK(outcome.status == 0);
        CHECK((grade::content_of(site.path() / "fetched") == grade::content_of(page)));
    }
}

TEST_CASE("A very large response is forwarded whole in little memory", "[proxy][robust][real][big]")
{
    if (!grade::can_run("curl")) return;
    constexpr std::uintmax_t size = 400'000'000;
    const grade::ScratchFolder site;
    const auto file = site.write("big.bin", "begin");
    std::filesystem::resize_file(file, size); // zeros, which take no disk space
    const WebServer server(site.path());
    Proxy proxy;
    const auto outcome = grade::run("sh",
                                    {"-c", "curl -s --fail --noproxy '' -x " + url_of(proxy) + " " +
                                               server.url("/big.bin") + " | cmp - big.bin"},
                                    site.path());
    CAPTURE(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    const auto status =
        grade::content_of("/proc/" + std::to_string(proxy.process().id()) + "/status");
    const auto peak = status.find("VmHWM:");
    REQUIRE(peak != std::string::npos);
    CHECK(std::stol(status.substr(status.find('\t', peak))) < 200'000); // KiB; a sanitizer's own
                                                                        // memory is the most
}

TEST_CASE("curl uploads through the proxy, with and without waiting for 100",
          "[proxy][extra][real]")
{
    if (!grade::can_run("curl")) return;
    const grade::ScratchFolder folder;
    folder.write("upload", std::string(3'000'000, 'u'));
    std::atomic<std::size_t> received = 0;
    const grade::ScriptedOrigin origin([&](grade::OriginClient& client) {
        const auto head = client.head();
        if (head.find("100-continue") != std::string::npos)
            client.send("HTTP/1.1 100 Continue\r\n\r\n");
        received = head.find("chunked") == std::string::npos ? client.bytes(3'000'000).size()
                                                             : client.until("\r\n0\r\n\r\n").size();
        client.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    });
    const Proxy proxy;
    for (const std::string field :
         {"Expect: 100-continue", "Expect:", "Transfer-Encoding: chunked"}) {
        CAPTURE(field);
        received = 0;
        const auto outcome = grade::run("curl",
                                        {"-s", "--noproxy", "", "-x", url_of(proxy), "-T", "upload",
                                         "-H", field, "-w", "%{http_code}", origin.url("/up")},
                                        folder.path());
        CHECK(outcome.out == "201");
        CHECK(received >= 3'000'000);
    }
}

TEST_CASE("A browser shows a page with thirty images", "[proxy][extra][real][browser]")
{
    if (!grade::can_run("chromium")) return;
    const grade::ScratchFolder site;
    std::string page = "<!DOCTYPE html><title>page</title><p id=seen>0</p>\n";
    for (int i = 0; i < 30; ++i) {
        const std::string name = "picture" + std::to_string(i) + ".svg";
        site.write(name, "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
        page += "<img src=" + name + " onload='seen.textContent = +seen.textContent + 1'>\n";
    }
    site.write("index.html", page);
    const WebServer server(site.path());
    Proxy proxy;
    const auto outcome = grade::run(
        "chromium", {"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--user-data-dir=" + (site.path() / "profile").string(),
                     "--proxy-bypass-list=<-loopback>", "--proxy-server=" + url_of(proxy),
                     "--virtual-time-budget=10000", "--dump-dom", server.url("/")});
    CAPTURE(outcome.err);
    CHECK_THAT(outcome.out, Contains("<p id=\"seen\">30</p>"));
    CHECK_THAT(proxy.process().out(), Contains("picture29.svg 200"));
}

TEST_CASE("git clones and pushes over HTTP", "[proxy][extra][real]")
{
    if (!grade::can_run("git") || !grade::can_run("curl")) return;
    const grade::ScratchFolder folder;
    // git's own CGI program behind a minimal server, with one request a connection
    const std::string backend = R"(
import http.server, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def chunks(self):
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size); self.rfile.readline()
        self.rfile.readline()
    def do_GET(self):
        path, _, query = self.path.partition("?")
        if "chunked" in self.headers.get("Transfer-Encoding", ""): body = b"".join(self.chunks())
        else: body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        done = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, env={
            "GIT_PROJECT_ROOT": sys.argv[1], "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_USER": "x", "PATH": "/usr/bin:/bin"}).stdout
        head, _, body = done.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = [int(value.split()[0]) for name, value in lines if name == "Status"] or [200]
        self.send_response(status[0])
        for name, value in lines:
            if name != "Status": self.send_header(name, value)
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
)";
    if (!grade::can_run("python3")) return;
    folder.write("backend.py", backend);
    const std::string identity = "git -c user.name=a -c user.email=a@b.example ";
    REQUIRE(grade::run("sh",
                       {"-c", "git init -q --bare -b main all/it.git && git -C all/it.git "
                              "config http.receivepack true"},
                       folder.path())
                .status == 0);
    const grade::Process server("python3 backend.py all", {}, folder.path());
    for (const auto end = net::Deadline::in(15s); server.out().empty() && !end.passed();)
        std::this_thread::sleep_for(1ms);
    const std::string port = server.out().substr(0, server.out().find('\n'));
    const Proxy proxy;
    const std::string url = "http://127.0.0.1:" + port + "/it.git";
    const auto outcome = grade::run(
        "sh",
        {"-c", "set -e; export http_proxy=" + url_of(proxy) +
                   " no_proxy= HOME=$PWD; git clone -q " + url +
                   " one; cd one; head -c 3000000 /dev/urandom >big; git add big; " + identity +
                   "commit -qm big; git -c http.postBuffer=65536 push -q origin HEAD:main; cd ..; "
                   "git clone -q " +
                   url + " two; cmp one/big two/big"},
        folder.path());
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
}

TEST_CASE("apt-get reads a repository through the proxy", "[proxy][extra][real]")
{
    if (!grade::can_run("apt-get")) return;
    const grade::ScratchFolder folder;
    folder.write("site/Packages", "Package: nothing\nVersion: 1\nArchitecture: all\n"
                                  "Filename: ./nothing.deb\nSize: 1\nMaintainer: a <a@b.example>\n"
                                  "Description: nothing\n\n");
    const WebServer server(folder.path() / "site");
    Proxy proxy;
    folder.write("sources.list", "deb [trusted=yes] " + server.url("/") + " ./\n");
    const std::string state = folder.path().string();
    const auto outcome = grade::run(
        "sh",
        {"-c", "mkdir -p lists/partial archives/partial; o=\"-o Dir::Etc::SourceList=" + state +
                   "/sources.list -o Dir::Etc::SourceParts=- -o Dir::State::Lists=" + state +
                   "/lists -o Dir::Cache=" + state +
                   " -o APT::Sandbox::User=root -o Acquire::http::Proxy::127.0.0.1=" +
                   url_of(proxy) + "\"; apt-get $o update && apt-cache $o show nothing"},
        folder.path());
    CAPTURE(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("Description: nothing"));
    CHECK_THAT(proxy.process().out(), Contains("/Packages"));
}

TEST_CASE("npm installs a package through a tunnel", "[proxy][extra][real][own]")
{
    // npm is optional: on Debian it depends on five hundred packages.
    if (grade::run("sh", {"-c", "command -v npm"}).status != 0) return;
    const grade::ScratchFolder folder;
    const Certificates certificates(folder.path());
    certificates.make("registry", "DNS:localhost,IP:127.0.0.1");
    const grade::TlsOrigin registry(folder, certificates, "registry");
    folder.write("package/package.json", R"({"name": "hello", "version": "1.0.0"})");
    folder.write("list",
                 R"({"name": "hello", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0":
        {"name": "hello", "version": "1.0.0", "dist": {"tarball": ")" +
                     registry.url("localhost", "/archive") + R"("}}}})");
    Proxy proxy;
    const auto outcome = grade::run(
        "sh",
        {"-c", "tar czf tar package && for each in list:hello tar:archive; do "
               "{ printf 'HTTP/1.0 200 OK\r\nContent-Length: %s\r\n\r\n' "
               "$(wc -c <${each%:*}); cat ${each%:*}; } >${each#*:}; done && "
               "HOME=$PWD npm install hello --registry=" +
                   registry.url("localhost", "/") + " --https-proxy=" + url_of(proxy) +
                   " --noproxy= --cafile=ca.pem --no-audit --no-fund --no-update-notifier"},
        folder.path());
    CAPTURE(outcome.out, outcome.err);
    CHECK(outcome.status == 0);
    CHECK(std::filesystem::exists(folder.path() / "node_modules/hello/package.json"));
    CHECK_THAT(proxy.process().out(), Contains("CONNECT localhost:"));
}

TEST_CASE("A WebSocket opens through a tunnel and carries frames both ways", "[proxy][extra]")
{
    const grade::ScriptedOrigin origin([](grade::OriginClient& client) {
        const auto head = client.head();
        if (head.find("Upgrade: websocket") == std::string::npos) return;
        client.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        client.send("\x81\x02hi"); // a text frame, RFC 6455 §5.7
        if (client.bytes(8).starts_with("\x81\x82")) client.send("\x88");
        client.is_closed();
    });
    const Proxy proxy;
    grade::Client client(proxy.port());
    grade::OriginClient peer(client.stream());
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    client.send("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    CHECK(peer.head().starts_with("HTTP/1.1 101 "));
    CHECK(peer.bytes(4) == "\x81\x02hi");
    client.send(std::string_view("\x81\x82\0\0\0\0yo", 8));
    CHECK(peer.bytes(1) == "\x88");
}
