// A web client: requests one URL and prints the response's head and body.

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

enum Exit { done = 0, http_error = 1, usage = 2, no_connection = 3, bad_response = 4 };

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
        .purpose = "Sends one request to a web server and prints the response.",
        .operands =
            {
                {.name = "URL|HOST",
                 .help = "http://host/path, https://host/path or host[:port][/path]",
                 .value = options.host,
                 .is_needed = true},
                {"PORT", "the host's TCP port", {options.port, 1}},
                {"PATH", "the path on the host", options.path},
            },
        .options =
            {
                {'I', "head", "", "send HEAD, which requests only the response's head",
                 options.head},
                {'o', "output", "FILE", "write the body to a file once it is complete",
                 options.output},
                {'v', "verbose", "", "also show the addresses and the request", options.verbose},
                {0, "explain", "", "show both heads, each line explained", options.explain},
                {'t', "timeout", "SECONDS", "time-out for the server's response", options.timeout},
                {0, "ca", "FILE", "CA certificates for https instead of the system's",
                 options.authorities},
                {'x', "proxy", "HOST:PORT", "send the request through this proxy", options.proxy},
            },
        .exit_status = "0 status below 400, 1 status 400 or above, 2 usage or file error, "
                       "3 no connection, 4 invalid or incomplete response",
        .built_with = "TLS: " + net::tls_version(),
    };
    command_line.parse_or_exit(argc, argv);
    return options;
}

/// Whether it is more than a host: localhost:6789, [::1]:6789, localhost/page.
bool has_port_or_path(std::string_view host)
{
    const auto colon = host.rfind(':');
    const bool has_port = colon != std::string_view::npos &&
                          (host.find(':') == colon || host.substr(0, colon).ends_with(']'));
    return has_port || net::contains(host, '/');
}

/// The URL that the operands form.
std::string url_of(const Options& options)
{
    const std::string help = " (try webclient --help)";
    const bool is_url = options.host.find("://") != std::string::npos;
    if (is_url && (options.port != 80 || !options.path.empty()))
        throw net::Error("a URL contains the port and the path, so PORT and PATH must be omitted" +
                         help);

    const bool is_whole =
        options.path.empty() && options.port == 80 && has_port_or_path(options.host);
    const std::string slash = options.path.starts_with('/') ? "" : "/"; // as the labs write paths
    const auto url = http::canonical_url(
        is_url ? options.host
        : is_whole
            ? "http://" + options.host
            : "http://" + net::host_and_port(options.host, options.port) + slash + options.path);
    if (!url)
        throw net::Error("'" + options.host + "' is neither an http or https URL nor a host name" +
                         help);
    return *url;
}

http::Transcript transcript_of(const Options& options)
{
    using Detail = http::TranscriptStyle::Detail;
    return http::Transcript(options.explain   ? Detail::explained
                            : options.verbose ? Detail::heads
                                              : Detail::none);
}

/// The proxy as a URL; --proxy may omit "http://".
std::string proxy_url(const Options& options)
{
    if (options.proxy.empty() || options.proxy.starts_with("http://")) return options.proxy;
    return "http://" + options.proxy;
}

webserver::ConnectOptions route_of(const Options& options, const std::string& proxy)
{
    webserver::ConnectOptions route{.authorities = options.authorities,
                                    .proxy = http::parse_url(proxy)};
    if (!proxy.empty() && !route.proxy)
        throw net::Error("--proxy '" + options.proxy +
                         "' is not of the form HOST:PORT (try webclient --help)");
    if (options.verbose || options.explain)
        route.check_addresses = [](const std::vector<net::Address>& addresses) {
            for (const auto& address : addresses)
                std::cerr << "* address " + address.text() + "\n";
        };
    return route;
}

/// A progress line on standard error, if that is a terminal; erased at the end.
class ProgressLine {
public:
    explicit ProgressLine(bool is_wanted)
        : is_shown_(is_wanted && ::isatty(STDERR_FILENO) == 1),
          progress_([](const std::string& text) { std::cerr << "\r\033[K" + text; }, 200ms)
    {
    }
    ~ProgressLine()
    {
        if (is_shown_) std::cerr << "\r\033[K";
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void update(const http::Body& body)
    {
        if (is_shown_) progress_.update(body.received(), body.size());
    }

private:
    bool is_shown_;
    webserver::Progress progress_;
};

void receive(http::Body& body, webserver::BodyOutput& output, std::chrono::milliseconds timeout)
{
    ProgressLine progress(output.is_hidden());
    for (;;) {
        const auto piece = body.read(net::Deadline::in(timeout));
        if (piece.empty()) break;
        output.write(piece);
        progress.update(body);
    }
    output.finish();
}

/// Requests the URL and prints the response. `failure` is the exit status for an exception at the
/// current step.
Exit request_url(const Options& options, Exit& failure)
{
    const std::string url = url_of(options);
    const std::string proxy = proxy_url(options);
    const webserver::ConnectOptions route = route_of(options, proxy);
    const http::Transcript transcript = transcript_of(options);
    webserver::OutgoingRequest request{.method = options.head ? "HEAD" : "GET",
                                       .url = *http::parse_url(url),
                                       .fields = {{"User-Agent", "webclient"}, {"Accept", "*/*"}}};
    request.to_proxy = route.proxy && request.url.scheme == "http";
    webserver::BodyOutput output(options.output);
    const auto deadline = net::Deadline::in(options.timeout);

    failure = no_connection;
    auto stream = webserver::connect(request.url, route, deadline);
    const std::string server = http::authority_of(request.url);
    if (transcript.is_on())
        transcript.write("to " + server, http::Direction::request, request.text());

    failure = bad_response;
    constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
    webserver::HttpExchange exchange(std::move(stream), request, unlimited, deadline);
    if (options.explain)
        transcript.write("from " + server, http::Direction::response, exchange.head_text());
    output.write_head(exchange.head_text());
    if (!options.head) receive(exchange.body(), output, options.timeout);
    constexpr int first_error = 400;
    return exchange.head().status < first_error ? done : http_error;
}

} // namespace

int main(int argc, char* argv[])
{
    Exit failure = usage;
    try {
        const Options options = parse_options(argc, argv);
        return request_url(options, failure);
    } catch (const net::StorageError& error) {
        net::complain("webclient", error.what());
        return usage;
    } catch (const std::exception& error) {
        net::complain("webclient", error.what());
        return failure;
    }
}
