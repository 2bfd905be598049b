#include "proxy/conversation.h"

#include <array>
#include <optional>
#include <string>
#include <variant>

#include "common/http/head_reader.h"
#include "common/text/ascii.h"
#include "proxy/connect.h"
#include "proxy/exchange/exchange.h"
#include "proxy/own_pages.h"

namespace proxy {
namespace {

constexpr std::string_view tls_handshake = "\x16\x03"; // RFC 8446 §5.1

/// Waits for the first bytes of a request. False when none arrive (end or time-out).
bool wait_for_request(net::Reader& reader, const Timeouts& timeouts)
try {
    if (reader.buffered() == "\r\n") reader.consume(2); // RFC 9112 §2.2
    return !reader.buffered().empty() || reader.fill(net::Deadline::in(timeouts.idle));
} catch (const net::Timeout&) {
    return false;
}

/// Reads the next request. Throws HttpError when its head is malformed or late, and net::Error when
/// the client disconnects within it.
Request read_request(net::Reader& reader, const Timeouts& timeouts)
{
    auto read = http::read_request_head(reader, net::Deadline::in(timeouts.head));
    if (!read) throw net::Error("the client closed the connection within a head");
    if (const auto* malformed = std::get_if<http::Malformed>(&*read))
        throw HttpError(malformed->status, malformed->reason);
    return Request(std::get<http::OwnedRequestHead>(std::move(*read)));
}

/// Successful requests for our own pages are neither logged nor counted.
bool is_own_page_view(const Request& request, const Outcome& outcome)
{
    return !request.target() && outcome.status < 400;
}

class Conversation {
public:
    Conversation(net::TcpStream& stream, ClientState& client_state, const Service& service)
        : stream_(stream), client_state_(client_state), service_(service), reader_(stream)
    {
    }

    enum class Next { request, linger, end };

    Next serve_next_request()
    {
        if (!client_state_.become_idle()) return Next::end;
        if (!wait_for_request(reader_, service_.timeouts)) return Next::end;
        start_ = std::chrono::steady_clock::now();
        std::optional<Request> request;
        try {
            request = read_request(reader_, service_.timeouts);
        } catch (const HttpError& error) {
            reject(error);
            return Next::linger;
        }
        if (!client_state_.become_busy())
            return Next::end; // a client with an incomplete head can be evicted
        return next_after(respond_and_log(*request));
    }

private:
    void show(std::string_view head) const
    {
        if (service_.transcript.is_on())
            service_.transcript.write("from " + stream_.peer().text(), http::Direction::request,
                                      head);
    }

    static Next next_after(const Outcome& outcome)
    {
        if (outcome.keeps_connection) return Next::request;
        return outcome.is_cut_off ? Next::end : Next::linger;
    }

    /// Malformed or late head: sends an error response.
    void reject(const HttpError& error)
    {
        show(reader_.buffered());
        ResponseWriter writer(stream_, {}, service_.timeouts.body, service_.transcript);
        std::string line = masked_userinfo(http::request_line_of(reader_.buffered()));
        Outcome outcome = deliver(error, "", writer);
        if (reader_.buffered().starts_with(tls_handshake)) {
            line.clear();
            outcome.verdict = "TLS, not HTTP: a client's URL for this proxy begins with http://";
        }
        log({.target = line}, outcome);
    }

    Outcome respond_and_log(const Request& request)
    {
        show(request.text());
        const LogEntry entry{.method = request.method(), .target = shown_target(request)};
        try {
            Outcome outcome = respond(request);
            if (!is_own_page_view(request, outcome)) log(entry, outcome);
            return outcome;
        } catch (const net::Error&) {
            log(entry, {.verdict = "client left"});
            throw;
        }
    }

    Outcome respond(const Request& request)
    {
        const ClientSide client{stream_, reader_};
        if (has_foreign_bytes(request.head().target)) return refuse_target(request);
        if (request.target() &&
            !service_.login.accepts(request.head().field("Proxy-Authorization")))
            return require_login(request, client, service_);
        if (request.method() == "CONNECT") return tunnel(request, client, client_state_, service_);
        if (!request.target()) return serve_own_page(request, client, service_);
        return exchange(request, client, service_);
    }

    [[nodiscard]] Outcome refuse_target(const Request& request) const
    {
        ResponseWriter writer(stream_, request.head(), service_.timeouts.body, service_.transcript);
        writer.close_after_response();
        return deliver(HttpError(400, "The target has bytes that must be percent-encoded in a URL "
                                      "(RFC 3986 §2)."),
                       "", writer);
    }

    static std::string_view shown_target(const Request& request)
    {
        return request.target() ? request.target()->url : request.head().target;
    }

    void log(LogEntry entry, const Outcome& outcome) const
    {
        entry.client = stream_.peer().host();
        entry.status = outcome.status;
        entry.sent = outcome.sent;
        entry.verdict = outcome.verdict;
        entry.took = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start_);
        service_.log.write(entry);
        note(entry);
    }

    void note(const LogEntry& entry) const
    {
        constexpr std::size_t longest = 200;
        service_.statistics.note(
            {.client = entry.client,
             .method = std::string(entry.method.substr(0, longest)),
             .target = std::string(entry.target.substr(0, longest)),
             .status = entry.status,
             .sent = entry.sent,
             .took = std::chrono::duration_cast<std::chrono::milliseconds>(entry.took),
             .verdict = entry.verdict.empty() ? "forwarded" : std::string(entry.verdict)});
    }

    net::TcpStream& stream_;
    ClientState& client_state_;
    const Service& service_;
    net::Reader reader_;
    std::chrono::steady_clock::time_point start_; // of the current request
};

} // namespace

void converse(net::TcpStream& client, ClientState& client_state, const Service& service)
{
    Conversation conversation(client, client_state, service);
    auto next = Conversation::Next::request;
    while (next == Conversation::Next::request)
        next = conversation.serve_next_request();
    if (next == Conversation::Next::linger && client_state.become_lingering()) client.linger();
}

} // namespace proxy
