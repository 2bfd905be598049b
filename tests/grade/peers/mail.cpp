#include "tests/grade/peers/mail.h"

#include "common/error.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

constexpr auto timeout = 20s;

bool starts_with_word(const std::string& line, const std::string& word)
{
    return line.substr(0, word.size()) == word;
}

} // namespace

struct MailServer::Conversation {
    std::unique_ptr<net::Stream> stream;
    std::optional<net::Reader> reader{};
    net::Deadline deadline = net::Deadline::in(timeout);

    void restart() { reader.emplace(*stream); }

    /// The next line without CRLF; std::nullopt at the end of stream.
    std::optional<std::string> read_line()
    {
        for (;;) {
            const auto end = reader->buffered().find("\r\n");
            if (end != std::string_view::npos) {
                std::string line(reader->buffered().substr(0, end));
                reader->consume(end + 2);
                return line;
            }
            if (!reader->fill(deadline)) return std::nullopt;
        }
    }
    void discard_input()
    {
        while (reader->fill(deadline))
            reader->consume(reader->buffered().size());
    }
    /// Returns false when the connection must be closed.
    bool reply(const std::string& answer)
    {
        const auto end = answer.find('<' + closes.substr(1));
        if (answer == silence) {
            discard_input();
            return false;
        }
        try {
            stream->write(answer.substr(0, end), deadline);
        } catch (const net::Timeout&) {
            throw;
        } catch (const net::Error&) { // the client may have closed the connection
        }
        return end == std::string::npos;
    }
};

namespace {

/// A stream on a socket that it does not own.
class Borrowed : public net::Stream {
public:
    explicit Borrowed(net::TcpStream& stream) : stream_(stream) {}
    std::size_t read(std::span<char> buffer, net::Deadline deadline) override
    {
        return stream_.read(buffer, deadline);
    }
    void write(std::string_view bytes, net::Deadline deadline) override
    {
        note_sent(bytes);
        stream_.write(bytes, deadline);
    }

private:
    net::TcpStream& stream_;
};

} // namespace

MailServer::MailServer(ReplyTable replies, Tls tls, std::optional<net::Identity> identity,
                       const std::string& bind, std::uint16_t port)
    : tls_(tls), identity_(std::move(identity)), listener_(port, bind),
      port_(listener_.local().port()), replies_(std::move(replies)), listening_([this] { run(); })
{
}

MailServer::~MailServer()
{
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
        for (auto& client : clients_)
            client.shutdown();
    }
    try { // accept() needs one more client
        const auto last =
            net::TcpStream::connect(listener_.local().host(), port_, net::Deadline::in(timeout));
        listening_.join();
    } catch (const net::Error&) {
        std::terminate();
    }
    for (auto& thread : threads_)
        thread.join();
}

void MailServer::run()
{
    while (auto client = listener_.accept()) {
        const std::lock_guard lock(mutex_);
        if (is_ending_) return;
        clients_.push_back(std::move(*client));
        threads_.emplace_back([this, &stream = clients_.back()] { serve(stream); });
    }
}

void MailServer::serve(net::TcpStream& client)
{
    try {
        Conversation conversation{.stream = std::make_unique<Borrowed>(client)};
        if (tls_ == Tls::implicit)
            conversation.stream =
                net::accept_tls(std::move(conversation.stream), *identity_, conversation.deadline);
        conversation.restart();
        converse(conversation);
    } catch (const net::Error&) { // the client has closed the connection
    }
    client.shutdown_writing();
    const std::lock_guard lock(mutex_);
    ++ended_;
    one_more_ended_.notify_all();
}

/// The reply of the longest entry that the line begins with.
std::string MailServer::answer_to(const std::string& line, const std::string& usual)
{
    const std::lock_guard lock(mutex_);
    auto best = replies_.end();
    for (auto each = replies_.begin(); each != replies_.end(); ++each)
        if (starts_with_word(line, each->first) &&
            (best == replies_.end() || each->first.size() > best->first.size()))
            best = each;
    if (best == replies_.end()) return usual;
    const auto end = best->second.find(then);
    std::string answer = best->second.substr(0, end);
    if (end != std::string::npos) best->second.erase(0, end + then.size());
    return answer;
}

void MailServer::record(std::vector<std::string>& list, const std::string& text)
{
    note_received(text + "\n");
    const std::lock_guard lock(mutex_);
    list.push_back(text);
}

void MailServer::receive_message(Conversation& conversation)
{
    std::string message;
    for (auto line = conversation.read_line(); line && *line != ".";
         line = conversation.read_line())
        message += line->substr(line->starts_with('.') ? 1 : 0) + "\r\n";
    record(messages_, message);
}

void MailServer::converse(Conversation& conversation)
{
    const std::string hello = tls_ == Tls::starttls
                                  ? "250-mail.example\r\n250-8BITMIME\r\n250 STARTTLS\r\n"
                                  : "250-mail.example\r\n250 8BITMIME\r\n";
    bool is_open = conversation.reply(answer_to("greeting", "220 mail.example ESMTP\r\n"));
    while (is_open) {
        const auto line = conversation.read_line();
        if (!line) return;
        record(lines_, *line);
        const bool is_ehlo = starts_with_word(*line, "EHLO");
        const bool is_data = starts_with_word(*line, "DATA");
        const std::string usual = is_ehlo                               ? hello
                                  : is_data                             ? "354 go on\r\n"
                                  : starts_with_word(*line, "AUTH")     ? "235 welcome\r\n"
                                  : starts_with_word(*line, "QUIT")     ? "221 bye\r\n" + closes
                                  : starts_with_word(*line, "STARTTLS") ? "220 go on\r\n"
                                                                        : "250 ok\r\n";
        const std::string answer = answer_to(*line, usual);
        is_open = conversation.reply(answer);
        if (is_open && is_data && answer.find("354 ") != std::string::npos) {
            receive_message(conversation);
            is_open = conversation.reply(answer_to(".", "250 2.0.0 queued as 1\r\n"));
        }
        if (is_open && identity_ && starts_with_word(*line, "STARTTLS") &&
            answer.starts_with("220")) {
            conversation.stream =
                net::accept_tls(std::move(conversation.stream), *identity_, conversation.deadline);
            conversation.restart();
        }
    }
}

std::vector<std::string> MailServer::lines() const
{
    const std::lock_guard lock(mutex_);
    return lines_;
}

void MailServer::wait_for_end() const
{
    std::unique_lock lock(mutex_);
    one_more_ended_.wait_for(lock, timeout, [this] { return ended_ == clients_.size(); });
}

std::vector<std::string> MailServer::messages() const
{
    const std::lock_guard lock(mutex_);
    return messages_;
}

std::size_t MailServer::connections() const
{
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

Sink::Sink(const std::vector<std::string>& arguments, const std::string& password)
    : process_("env MAILSINK_PASSWORD='" + password + "' " + command_of("MAILSINK") + " 0 -d '" +
                   folder_.path().string() + "'",
               arguments, "/")
{
    const std::string mark = "listening on 127.0.0.1:";
    const auto deadline = net::Deadline::in(timeout);
    std::string output;
    while (output.find('\n') == std::string::npos) {
        if (process_.wait(net::Deadline::in(5ms)) || deadline.passed())
            throw net::Error("mailsink does not start: " + process_.err());
        output = process_.err();
    }
    port_ = std::to_string(std::stoi(output.substr(output.find(mark) + mark.size())));
}

std::string Sink::message(int number) const
{
    return content_of(folder_.path() / (std::to_string(number) + ".eml"));
}

Outcome mailclient(const std::vector<std::string>& arguments, const std::string& input,
                   const std::string& environment)
{
    const ScratchFolder folder;
    const auto file = folder.write("input", input);
    return run("env -u EMAIL -u MAILCLIENT_PASSWORD HOME=" + folder.path().string() + " " +
                   environment + " setsid -w " + command_of("MAILCLIENT") + " <" + file.string(),
               arguments, folder.path());
}

Outcome send_to(const std::string& server, std::vector<std::string> more)
{
    more.insert(more.begin(),
                {"--server", server, "-f", "ada@x.example", "-s", "Hello", "-m", "Hi Bob."});
    more.emplace_back("bob@x.example");
    return mailclient(more);
}

Outcome send_as_lab(const MailServer& server, const std::string& text)
{
    const std::string command = command_of("MAILCLIENT");
    if (!is_of_others("MAILCLIENT") && command.find('{') == std::string::npos)
        return mailclient(
            {"--server", server.name(), "-f", "ada@x.example", "-s", "Hello", "bob@x.example"},
            text);
    const ScratchFolder folder;
    auto outcome =
        run(command_of("MAILCLIENT", {{"host", "127.0.0.1"},
                                      {"port", std::to_string(server.port())},
                                      {"from", "ada@x.example"},
                                      {"to", "bob@x.example"},
                                      {"subject", "Hello"},
                                      {"file", folder.write("letter.txt", text).string()}}),
            {});
    server.wait_for_end();
    return outcome;
}

} // namespace grade
