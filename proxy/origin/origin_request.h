// One request to the next hop, and its answer as it comes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/body.h"
#include "proxy/message/http_error.h"
#include "proxy/message/timeouts.h"
#include "proxy/origin/pool.h"
#include "proxy/origin/request_body.h"

namespace proxy {

/// The connection ended before it brought anything. On one that has been idle it may be that the
/// origin gave it up just when the request came (RFC 9112 §9.3.1).
class Unanswered : public Refusal {
    using Refusal::Refusal;
};

/// What is asked.
struct Question {
    std::string method;
    std::string head; // as it goes over the wire
    std::optional<Upload> body{};
    const net::TcpStream* client = nullptr; // who waits for the answer, if anybody does
    bool logs_in_connection = false;        // which is nobody else's then
};

class Inquiry {
public:
    /// What is to be done with an interim answer (1xx).
    using OnInterim = std::function<void(const http::ReceivedResponse&)>;

    /// Sends the question and waits for the head of the final answer. Throws Refusal when none can
    /// be had, and net::Error when it was the client that has gone.
    Inquiry(std::unique_ptr<OriginConnection> connection, Question question,
            const Patience& patience, const OnInterim& on_interim);
    Inquiry(const Inquiry&) = delete; // the body reads from the connection's reader
    Inquiry& operator=(const Inquiry&) = delete;
    ~Inquiry() = default;

    [[nodiscard]] const http::ReceivedResponse& head() const { return head_; }
    /// The head as it came, with its empty line.
    [[nodiscard]] const std::string& head_text() const { return head_text_; }

    /// The next piece of the body, if it has come already; empty at the clean end. Valid until the
    /// next call. Throws Refusal when the body can't be had whole.
    [[nodiscard]] std::optional<std::string_view> piece_at_hand();
    /// Waits for it. Throws net::Error when the client has gone meanwhile.
    [[nodiscard]] std::string_view wait_for_piece();
    /// The fields behind the body, at its end.
    [[nodiscard]] std::vector<http::Field> trailers() const { return body_->trailers(); }

    /// Others wait for the answer: from now on it is not given up when the client has gone.
    void forget_client() { question_.client = nullptr; }

    /// The request's body, if any, has been sent to its end.
    [[nodiscard]] bool has_sent_all() const
    {
        return !question_.body || question_.body->is_complete();
    }
    /// The connection, to be used for something else; after the body's end for another question,
    /// or nothing when it can't be.
    [[nodiscard]] std::unique_ptr<OriginConnection> release();
    [[nodiscard]] std::unique_ptr<OriginConnection> release_for_reuse();

private:
    void send();
    void receive_head();
    void take_head(std::size_t size);
    void wait_beside_client(net::Deadline& deadline, std::chrono::milliseconds patience) const;
    [[nodiscard]] bool fill(net::Deadline& deadline, std::chrono::milliseconds patience);
    [[noreturn]] void fail_unanswered(const std::string& reason) const;

    std::unique_ptr<OriginConnection> connection_;
    Question question_;
    const Patience& patience_;
    bool is_answered_ = false; // something has come
    std::string head_text_;
    http::ReceivedResponse head_; // looks into head_text_
    std::optional<http::Body> body_;
};

} // namespace proxy
