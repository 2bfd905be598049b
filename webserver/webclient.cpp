// A web client: asks a server for one thing and shows what it answers, head and body.

#include <unistd.h>

#include <exception>
#include <iostream>
#include <limits>

#include "common/explain/http_transcript.h"
#include "common/http/page_url.h"
#include "common/program/command_line.h"
#include "common/program/output.h"
#include "common/text/ascii.h"
#include "common/text/printable.h"
#include "common/tls/tls.h"
#include "webserver/body_output.h"
#include "webserver/fetch/http_client.h"
#include "webserver/fetch/progress.h"

namespace {

using namespace std::chrono_literals;

enum Exit { done = 0, refused = 1, usage = 2, no_connection = 3, bad_answer = 4 };

struct Options {
    std::string host; // or a URL
    std::uint16_t port = 80;
    std::string path;
    bool head = false;
    std::string output;
    bool verbose = false;
    bool explain = false;
    std::chrono::milliseconds timeout = 30s;
    std::string authorities;
    std::string proxy;
};

Options parse_options(int argc, char* argv[])
{
    Options options;
    const net::CommandLine command_line{
        .program = "webclient",
        .purpose = "Asks a web server for one thing; prints its answer, head and body.",
        .operands =
            {
                {.name = "URL|HOST",
                 .help = "http://host/path or https://..., or a host's name",
                 .value = options.host,
                 .is_needed = true},
                {"PORT", "of the host", {options.port, 1}},
                {"PATH", "on the host", options.path},
            },
        .options =
            {
                {'I', "head", "", "ask for the head only", options.head},
                {'o', "output", "FILE", "put the body into a file, once it is whole",
                 options.output},
                {'v', "verbose", "", "show the addresses and the request, too", options.verbose},
                {0, "explain", "", "show both heads with what each line means", options.explain},
                {'t', "timeout", "SECONDS", "give up when nothing comes for that long",
                 options.timeout},
                {0, "ca", "FILE", "trust these authorities for https, not the system's",
                 options.authorities},
                {'x', "proxy", "HOST:PORT", "ask through this proxy", options.proxy},
            },
        .exit_status = "0 an answer below 400, 1 another one, 2 wrong use or a file's trouble, "
                       "3 no connection, 4 no proper answer",
        .built_with = "TLS: " + net::tls_version(),
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

/// What the operands stand for together.
std::string url_of(const Options& options)
{
    const std::string help = " (try webclient --help)";
    const bool is_url = options.host.find("://") != std::string::npos;
    if (is_url && (options.port != 80 || !options.path.empty()))
        throw net::Error("a URL has its own port and path" + help);

    const std::string slash = options.path.starts_with('/') ? "" : "/"; // the labs have none
    const auto url = http::canonical_url(
        is_url ? options.host
               : "http://" + net::host_and_port(options.host, options.port) + slash + options.path);
    if (!url) throw net::Error("'" + options.host + "' is no http or https URL and no host" + help);
    return *url;
}

http::Transcript transcript_of(const Options& options)
{
    using Detail = http::TranscriptStyle::Detail;
    return http::Transcript(options.explain   ? Detail::explained
                            : options.verbose ? Detail::heads
                                              : Detail::none);
}

/// The proxy as a URL, whether it was given with "http://" or without.
std::string proxy_url(const Options& options)
{
    if (options.proxy.empty() || options.proxy.starts_with("http://")) return options.proxy;
    return "http://" + options.proxy;
}

webserver::Route route_of(const Options& options, const std::string& proxy)
{
    webserver::Route route{.authorities = options.authorities, .proxy = http::parse_url(proxy)};
    if (!proxy.empty() && !route.proxy)
        throw net::Error("--proxy '" + options.proxy + "' is no HOST:PORT (try webclient --help)");
    if (options.verbose || options.explain)
        route.judge = [](const std::vector<net::Address>& addresses) {
            for (const auto& address : addresses)
                std::cerr << "* address " + address.text() + "\n";
        };
    return route;
}

/// Ends the line of progress, if there is one.
class ProgressLine {
public:
    explicit ProgressLine(bool wanted)
        : wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
          progress_([](const std::string& text) { std::cerr << "\r\033[K" + text; }, 200ms)
    {
    }
    ~ProgressLine()
    {
        if (wanted_) std::cerr << "\r\033[K";
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(const http::Body& body)
    {
        if (wanted_) progress_.update(body.received(), body.size());
    }

private:
    bool wanted_;
    webserver::Progress progress_;
};

void receive(http::Body& body, webserver::BodySink& sink, std::chrono::milliseconds patience)
{
    ProgressLine progress(sink.is_hidden());
    for (;;) {
        const auto piece = body.read(net::Deadline::in(patience));
        if (piece.empty()) break;
        sink.write(piece);
        progress.update(body);
    }
    sink.finish();
}

/// Asks and shows; `failure` says at each moment what an Error would mean.
Exit ask(const Options& options, Exit& failure)
{
    const std::string url = url_of(options);
    const std::string proxy = proxy_url(options);
    const webserver::Route route = route_of(options, proxy);
    const http::Transcript transcript = transcript_of(options);
    webserver::Request request{.method = options.head ? "HEAD" : "GET",
                               .url = *http::parse_url(url),
                               .fields = {{"User-Agent", "webclient"}, {"Accept", "*/*"}}};
    request.to_proxy = route.proxy && request.url.scheme == "http";
    webserver::BodySink sink(options.output);
    const auto deadline = net::Deadline::in(options.timeout);

    failure = no_connection;
    auto stream = webserver::connect(request.url, route, deadline);
    const std::string server = http::authority_of(request.url);
    if (transcript.is_on())
        transcript.write("to " + server, http::Direction::request, request.text());

    failure = bad_answer;
    constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
    webserver::Exchange exchange(std::move(stream), request, unlimited, deadline);
    if (options.explain)
        transcript.write("from " + server, http::Direction::answer, exchange.head_text());
    sink.write_head(exchange.head_text());
    if (!options.head) receive(exchange.body(), sink, options.timeout);
    constexpr int first_error = 400;
    return exchange.head().status < first_error ? done : refused;
}

} // namespace

int main(int argc, char* argv[])
{
    Exit failure = usage;
    try {
        const Options options = parse_options(argc, argv);
        return ask(options, failure);
    } catch (const net::StorageError& error) {
        net::complain("webclient", error.what());
        return usage;
    } catch (const std::exception& error) {
        net::complain("webclient", error.what());
        return failure;
    }
}
