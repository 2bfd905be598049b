#include "tests/grade/peers/origin.h"

#include "common/error.h"
#include "tests/grade/peers/process.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

/// Whether an empty line is there. The textbook's proxy ends its lines with LF alone.
bool has_head(std::string_view bytes)
{
    return bytes.find("\r\n\r\n") != std::string_view::npos ||
           bytes.find("\n\n") != std::string_view::npos;
}

} // namespace

Origin::Origin(Script script, const std::string& bind, std::uint16_t port)
    : script_(std::move(script)), listener_(port, bind), port_(listener_.local().port()),
      listening_([this] { run(); })
{
}

Origin::~Origin()
{
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        for (auto& client : clients_)
            client.shutdown();
    }
    try { // one more connection, so that accept() returns
        const auto last = net::TcpStream::connect(listener_.local().host(), port_,
                                                  net::Deadline::in(peer_patience));
        listening_.join();
    } catch (const net::Error&) {
        std::terminate();
    }
    for (auto& thread : threads_)
        thread.join();
}

std::string Origin::url(const std::string& path) const
{
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> Origin::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

void Origin::run()
{
    while (auto client = listener_.accept()) {
        const std::lock_guard lock(mutex_);
        if (is_over_) return;
        clients_.push_back(std::move(*client));
        threads_.emplace_back([this, &stream = clients_.back()] { serve(stream); });
    }
}

void Origin::serve(net::TcpStream& client)
try {
    net::Reader reader(client);
    const auto deadline = net::Deadline::in(peer_patience);
    while (!has_head(reader.buffered()))
        if (!reader.fill(deadline)) return;
    const std::string head(reader.buffered());
    note_received(head);
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(head);
    }
    const std::string answer = script_(head);
    note_sent(answer);
    client.write(answer, deadline);
    if (!answer.empty()) client.shutdown_writing();
    while (reader.fill(deadline)) // until the client closes
        reader.consume(reader.buffered().size());
} catch (const net::Error&) {
    return; // the client has disconnected
}

std::string path_of(const std::string& head)
{
    const auto begin = head.find(' ') + 1;
    return head.substr(begin, head.find(' ', begin) - begin);
}

std::string ok(const std::string& body, const std::string& fields)
{
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string html(const std::string& body)
{
    return ok(body, "Content-Type: text/html\r\n");
}

Origin::Script says(const std::string& response)
{
    return [response](const std::string&) { return response; };
}

} // namespace grade
