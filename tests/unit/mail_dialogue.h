// A scripted mail server: it sends the given pieces and records what it receives.
#pragma once

#include "catch.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/stream.h"
#include "mailclient/smtp/session.h"

namespace mail_dialogue {

/// Shared between the test and the stream that the session owns.
struct Record {
    std::deque<std::string> pieces; // one for each read
    std::string sent{};
};

class ScriptedStream : public net::Stream {
public:
    explicit ScriptedStream(std::shared_ptr<Record> record) : record_(std::move(record)) {}

    std::size_t read(std::span<char> buffer, net::Deadline) override
    {
        auto& pieces = record_->pieces;
        if (pieces.empty()) return 0;
        const std::size_t count = pieces.front().copy(buffer.data(), buffer.size());
        pieces.front().erase(0, count);
        if (pieces.front().empty()) pieces.pop_front();
        if (count == 0) throw net::Timeout("read from the script"); // an empty piece
        return count;
    }
    void write(std::string_view bytes, net::Deadline) override { record_->sent += bytes; }

private:
    std::shared_ptr<Record> record_;
};

/// A session with such a server; each read returns the next of `pieces`.
class Dialogue {
public:
    explicit Dialogue(std::deque<std::string> pieces, bool is_encrypted = false)
        : record_(std::make_shared<Record>(Record{.pieces = std::move(pieces)})),
          session({.stream = std::make_unique<ScriptedStream>(record_),
                   .host = "mail.example",
                   .own_name = "client.example",
                   .has_input = [record = record_] { return record->sent.ends_with("\r\n.\r\n"); },
                   .is_encrypted = is_encrypted},
                  silent_, mail::Timeouts())
    {
    }

    [[nodiscard]] const std::string& sent() const { return record_->sent; }

private:
    std::shared_ptr<Record> record_;
    mail::Transcript silent_{mail::Detail::none};

public:
    mail::Session session;
};

} // namespace mail_dialogue
