#include "tests/grade/peers/proxy.h"

#include "common/error.h"
#include "common/text/ascii.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

bool wants_to_close(const std::string& head)
{
    return net::to_lower(head).find("\r\nconnection: close\r\n") != std::string::npos;
}

} // namespace

std::string OriginClient::head()
try {
    return until("\r\n\r\n");
} catch (const net::Error&) {
    return {};
}

std::string OriginClient::bytes(std::size_t size)
{
    while (reader_.buffered().size() < size)
        if (!reader_.fill(net::Deadline::in(peer_patience)))
            throw net::Error("the stream ended too early");
    std::string taken(reader_.buffered().substr(0, size));
    reader_.consume(size);
    note("the origin receives:");
    note_received(taken);
    return taken;
}

std::string OriginClient::until(std::string_view text)
{
    std::size_t at = 0;
    while ((at = reader_.buffered().find(text)) == std::string_view::npos)
        if (!reader_.fill(net::Deadline::in(peer_patience)))
            throw net::Error("the stream ended before " + std::string(text));
    return bytes(at + text.size());
}

void OriginClient::send(std::string_view bytes)
{
    note("the origin sends:");
    note_sent(bytes);
    stream_.write(bytes, net::Deadline::in(peer_patience));
}

bool OriginClient::is_closed()
try {
    while (reader_.fill(net::Deadline::in(peer_patience)))
        reader_.consume(reader_.buffered().size());
    return true;
} catch (const net::Timeout&) {
    return false;
} catch (const net::Error&) {
    return true;
}

ScriptedOrigin::ScriptedOrigin(Script script)
    : script_(std::move(script)), listener_(0, "127.0.0.1"), port_(listener_.local().port()),
      listening_([this] { run(); })
{
}

ScriptedOrigin::~ScriptedOrigin()
{
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        for (auto& client : clients_)
            client.shutdown();
    }
    try { // one more connection, so that accept() returns
        const auto last =
            net::TcpStream::connect("127.0.0.1", port_, net::Deadline::in(peer_patience));
        listening_.join();
    } catch (const net::Error&) {
        std::terminate();
    }
    for (auto& thread : threads_)
        thread.join();
}

std::string ScriptedOrigin::authority() const
{
    return "127.0.0.1:" + std::to_string(port_);
}

std::string ScriptedOrigin::url(const std::string& path) const
{
    return "http://" + authority() + path;
}

std::size_t ScriptedOrigin::connections() const
{
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

void ScriptedOrigin::run()
{
    while (auto client = listener_.accept()) {
        const std::lock_guard lock(mutex_);
        if (is_over_) return;
        clients_.push_back(std::move(*client));
        threads_.emplace_back([this, &stream = clients_.back()] { serve(stream); });
    }
}

void ScriptedOrigin::serve(net::TcpStream& client)
{
    try {
        OriginClient peer(client);
        script_(peer);
    } catch (const net::Error&) { // the client has disconnected
    }
    client.shutdown();
}

ScriptedOrigin::Script answering(const std::string& answer)
{
    return [answer](OriginClient& client) {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            client.send(answer);
            if (wants_to_close(head)) return;
        }
    };
}

Proxy::Proxy(const std::vector<std::string>& more_arguments, const std::string& command)
    : port_(port_for("PROXY")),
      process_("env XDG_CACHE_HOME=" + folder_.path().string() + " " +
                   fill_in_for("PROXY", command, {{"port", std::to_string(port_)}}),
               more_arguments, folder_.path())
{
    wait_until_open(Transport::tcp, port_, process_);
}

Answer Proxy::get(const std::string& url, const std::string& fields) const
{
    Client client(port_);
    client.send(get_request(url, fields + "Connection: close\r\n"));
    return client.receive();
}

std::string Proxy::ask(std::string_view request) const
{
    Client client(port_);
    client.send(request);
    return client.receive_rest();
}

std::string get_request(const std::string& url, const std::string& fields)
{
    const auto begin = url.find("://") + 3;
    const auto host = url.substr(begin, url.find('/', begin) - begin);
    return "GET " + url + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
}

} // namespace grade
