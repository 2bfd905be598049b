#include "tests/grade/peers/web.h"

#include <sys/socket.h>

#include <charconv>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>

#include "common/error.h"
#include "common/text/ascii.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

/// Programs of others may have the address of a machine built in.
std::string host_of(std::uint16_t port)
{
    static const bool is_ours = !is_of_others("WEBSERVER") && !is_of_others("PROXY");
    if (is_ours) return "127.0.0.1";
    static std::mutex mutex;                               // guards the addresses
    static std::map<std::uint16_t, std::string> addresses; // for the kernel's table is long
    const std::lock_guard lock(mutex);
    const auto found = addresses.find(port);
    if (found != addresses.end()) return found->second;
    return addresses.emplace(port, address_of_listener(port)).first->second;
}

} // namespace

std::string Answer::field(std::string_view name) const
{
    std::istringstream lines(head);
    std::string line;
    while (std::getline(lines, line)) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || !net::equal_ignoring_case(line.substr(0, colon), name))
            continue;
        if (line.ends_with('\r')) line.pop_back();
        return std::string(net::trim(std::string_view(line).substr(colon + 1)));
    }
    return {};
}

Client::Client(std::uint16_t port)
    : stream_(net::TcpStream::connect(host_of(port), port, net::Deadline::in(peer_patience))),
      reader_(stream_)
{
}

void Client::send(std::string_view bytes)
{
    note_sent(bytes);
    stream_.write(bytes, net::Deadline::in(peer_patience));
}

Answer Client::receive(bool to_head)
{
    const auto deadline = net::Deadline::in(peer_patience);
    Answer answer;
    answer.head = receive_head(deadline);
    const auto space = std::min(answer.head.find(' '), answer.head.size());
    std::from_chars(answer.head.data() + space + 1, answer.head.data() + answer.head.size(),
                    answer.status);
    constexpr int no_content = 204;
    constexpr int not_modified = 304;
    if (to_head || answer.status == no_content || answer.status == not_modified) return answer;

    const std::string length = answer.field("Content-Length");
    if (length.empty()) {
        answer.body = receive_rest();
        return answer;
    }
    answer.body = receive_body(std::stoull(length));
    return answer;
}

std::string Client::receive_body(std::size_t size)
{
    const auto deadline = net::Deadline::in(peer_patience);
    std::string body;
    while (body.size() < size) {
        if (reader_.buffered().empty() && !reader_.fill(deadline)) {
            note_received(body);
            throw net::Error("the stream ended after " + std::to_string(body.size()) +
                             " bytes of a body of " + std::to_string(size));
        }
        const auto part = reader_.buffered().substr(0, size - body.size());
        body += part;
        reader_.consume(part.size());
    }
    note_received(body);
    return body;
}

std::string Client::receive_head(net::Deadline deadline)
try {
    std::size_t end = 0;
    while ((end = reader_.buffered().find("\r\n\r\n")) == std::string_view::npos)
        if (!reader_.fill(deadline))
            throw net::Error("the stream ended within a head: " + std::string(reader_.buffered()));
    std::string head(reader_.buffered().substr(0, end + 4));
    reader_.consume(end + 4);
    note_received(head);
    return head;
} catch (const net::Error& error) {
    note_received(reader_.buffered());
    note(error.what());
    throw;
}

std::string Client::receive_rest()
{
    std::string rest;
    const auto deadline = net::Deadline::in(peer_patience);
    do {
        rest += reader_.buffered();
        reader_.consume(reader_.buffered().size());
    } while (reader_.fill(deadline));
    note_received(rest);
    return rest;
}

bool Client::has_bytes()
{
    char next = 0;
    return !reader_.buffered().empty() ||
           ::recv(stream_.descriptor(), &next, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

bool Client::is_closed()
try {
    return reader_.buffered().empty() && !reader_.fill(net::Deadline::in(peer_patience));
} catch (const net::Timeout&) {
    return false;
} catch (const net::Error&) {
    return true; // by a reset
}

WebServer::WebServer(const std::filesystem::path& site,
                     const std::vector<std::string>& more_arguments, const std::string& command)
    : port_(port_for("WEBSERVER")),
      process_(fill_in_for("WEBSERVER", command, {{"port", std::to_string(port_)}}), more_arguments,
               site)
{
    wait_until_open(Transport::tcp, port_, process_);
}

std::string WebServer::url(const std::string& path) const
{
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

Answer WebServer::ask(std::string_view request) const
{
    Client client(port_);
    client.send(request);
    return client.receive(request.starts_with("HEAD "));
}

Answer WebServer::get(const std::string& path) const
{
    return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

} // namespace grade
