#include "tests/grade/peers/mail.h"

#include "common/error.h"
#include "tests/grade/peers/command.h"
#include "tests/grade/peers/record.h"

namespace grade {
namespace {

constexpr auto patience = 20s;

bool starts_with_word(const std::string& line, const std::string& word)
{
    return line.substr(0, word.size()) == word;
}

} // namespace

struct MailServer::Talk {
    std::unique_ptr<net::Stream> stream;
    std::optional<net::Reader> reader{};
    net::Deadline deadline = net::Deadline::in(patience);

    void restart() { reader.emplace(*stream); }

    /// Without CRLF; nothing at the end.
    std::optional<std::string> hear()
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
    void hear_nothing()
    {
        while (reader->fill(deadline))
            reader->consume(reader->buffered().size());
    }
    /// False once the connection is to be closed.
    bool say(const std::string& answer)
    {
        const auto end = answer.find('<' + hangs_up.substr(1));
        if (answer == silence) {
            hear_nothing();
            return false;
        }
        try {
            stream->write(answer.substr(0, end), deadline);
        } catch (const net::Timeout&) {
            throw;
        } catch (const net::Error&) { // a client that left without listening may have sent more
        }
        return end == std::string::npos;
    }
};

namespace {

/// Somebody's socket, as a stream that has an owner.
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

MailServer::MailServer(Manners manners, Tls tls, std::optional<net::Identity> identity,
                       const std::string& bind)
    : tls_(tls), identity_(std::move(identity)), listener_(0, bind),
      port_(listener_.local().port()), manners_(std::move(manners)), listening_([this] { run(); })
{
}

MailServer::~MailServer()
{
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        for (auto& client : clients_)
            client.shutdown();
    }
    try { // accept() waits for one more
        const auto last =
            net::TcpStream::connect(listener_.local().host(), port_, net::Deadline::in(patience));
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
        if (is_over_) return;
        clients_.push_back(std::move(*client));
        threads_.emplace_back([this, &stream = clients_.back()] { serve(stream); });
    }
}

void MailServer::serve(net::TcpStream& client)
{
    try {
        Talk talk{.stream = std::make_unique<Borrowed>(client)};
        if (tls_ == Tls::implicit)
            talk.stream = net::accept_tls(std::move(talk.stream), *identity_, talk.deadline);
        talk.restart();
        converse(talk);
    } catch (const net::Error&) { // the client has left
    }
    client.shutdown_writing();
    const std::lock_guard lock(mutex_);
    ++ended_;
    one_more_ended_.notify_all();
}

/// By the longest entry that the line begins with.
std::string MailServer::answer_to(const std::string& line, const std::string& usual)
{
    const std::lock_guard lock(mutex_);
    auto best = manners_.end();
    for (auto each = manners_.begin(); each != manners_.end(); ++each)
        if (starts_with_word(line, each->first) &&
            (best == manners_.end() || each->first.size() > best->first.size()))
            best = each;
    if (best == manners_.end()) return usual;
    const auto end = best->second.find(then);
    std::string answer = best->second.substr(0, end);
    if (end != std::string::npos) best->second.erase(0, end + then.size());
    return answer;
}

void MailServer::note(std::vector<std::string>& list, const std::string& text)
{
    note_received(text + "\n");
    const std::lock_guard lock(mutex_);
    list.push_back(text);
}

void MailServer::receive_message(Talk& talk)
{
    std::string message;
    for (auto line = talk.hear(); line && *line != "."; line = talk.hear())
        message += line->substr(line->starts_with('.') ? 1 : 0) + "\r\n";
    note(messages_, message);
}

void MailServer::converse(Talk& talk)
{
    const std::string hello = tls_ == Tls::starttls
                                  ? "250-mail.example\r\n250-8BITMIME\r\n250 STARTTLS\r\n"
                                  : "250-mail.example\r\n250 8BITMIME\r\n";
    bool goes_on = talk.say(answer_to("greeting", "220 mail.example ESMTP\r\n"));
    while (goes_on) {
        const auto line = talk.hear();
        if (!line) return;
        note(lines_, *line);
        const bool says_hello = starts_with_word(*line, "EHLO");
        const bool sends = starts_with_word(*line, "DATA");
        const std::string usual = says_hello                            ? hello
                                  : sends                               ? "354 go on\r\n"
                                  : starts_with_word(*line, "AUTH")     ? "235 welcome\r\n"
                                  : starts_with_word(*line, "QUIT")     ? "221 bye\r\n" + hangs_up
                                  : starts_with_word(*line, "STARTTLS") ? "220 go on\r\n"
                                                                        : "250 ok\r\n";
        const std::string answer = answer_to(*line, usual);
        goes_on = talk.say(answer);
        if (goes_on && sends && answer.find("354 ") != std::string::npos) {
            receive_message(talk);
            goes_on = talk.say(answer_to(".", "250 2.0.0 queued as 1\r\n"));
        }
        if (goes_on && identity_ && starts_with_word(*line, "STARTTLS") &&
            answer.starts_with("220")) {
            talk.stream = net::accept_tls(std::move(talk.stream), *identity_, talk.deadline);
            talk.restart();
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
    one_more_ended_.wait_for(lock, patience, [this] { return ended_ == clients_.size(); });
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
    const auto deadline = net::Deadline::in(patience);
    std::string told;
    while (told.find('\n') == std::string::npos) {
        if (process_.wait(net::Deadline::in(5ms)) || deadline.passed())
            throw net::Error("mailsink does not start: " + process_.err());
        told = process_.err();
    }
    port_ = std::to_string(std::stoi(told.substr(told.find(mark) + mark.size())));
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
    if (command.find('{') == std::string::npos)
        return mailclient(
            {"--server", server.name(), "-f", "ada@x.example", "-s", "Hello", "bob@x.example"},
            text);
    const ScratchFolder folder;
    auto outcome = run(fill_in(command, {{"host", "127.0.0.1"},
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
