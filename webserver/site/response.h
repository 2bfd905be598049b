// A response before it is sent: its head, and a body of text, parts of a file, or both in turn.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "common/http/ranges.h"
#include "webserver/site/site.h"

namespace webserver {

class LiveWatcher; // webserver/live/feed.h

/// The user's options for responses.
struct ResponseSettings {
    bool listing = true;      // folders without an index.html are listed
    bool single_page = false; // a missing file is answered with index.html, 200
    bool cors = false;        // scripts of any site may read the responses
    std::vector<std::pair<std::string, std::string>> fields{}; // added to every response
};

/// A part of a body: a text, then a range of the response's file.
struct BodyPart {
    std::string text{};
    http::ByteRange range{};
};

/// A response's head as it is sent (RFC 9112 §4, §5).
class ResponseHead {
public:
    explicit ResponseHead(int status = 200);

    [[nodiscard]] int status() const { return status_; }
    /// Adds a field; the value is without CR and LF.
    void add(std::string_view name, std::string_view value);
    /// The status line and the fields, without the empty line.
    [[nodiscard]] std::string_view lines() const { return lines_; }
    /// The whole head, with the empty line.
    [[nodiscard]] std::string text() const { return lines_ + "\r\n"; }

private:
    int status_;
    std::string lines_;
};

struct Response {
    ResponseHead head;
    std::vector<BodyPart> parts{};
    std::shared_ptr<const File> file{};     // of the parts' ranges
    bool keep_alive = false;                // the connection can take another request
    std::shared_ptr<LiveWatcher> watcher{}; // its events follow the head, without an end
    bool would_block = false; // not made: AnswerContext::nonblocking forbids the blocking work

    void add(std::string_view name, std::string_view value) { head.add(name, value); }
    /// Adds Content-Type, Content-Length and X-Content-Type-Options, after all parts are added.
    void add_content(std::string_view type);

    /// Sets keep_alive and the Connection field, and removes the body for HEAD. `at_end`: the
    /// request has been read to its end, so another may follow.
    void conclude(const http::RequestHead& request, bool at_end);

    /// Bytes after the head.
    [[nodiscard]] std::uint64_t body_size() const;
    /// Whether the response is made and wholly in memory, as text() requires.
    [[nodiscard]] bool is_in_memory() const;
    /// The body if it is one piece of a file in memory; empty otherwise.
    [[nodiscard]] std::string_view piece_in_memory() const;
    /// Head and body as they are sent.
    [[nodiscard]] std::string text() const;
    /// Appends text() to `bytes`.
    void append_to(std::string& bytes) const;
};

/// What every response depends on.
struct RequestContext {
    const http::RequestHead& request;
    const ResponseSettings& settings;
    std::chrono::sys_seconds now; // for Date, and comparisons with it
};

/// What a response of the site depends on.
struct AnswerContext : RequestContext {
    const Site& site;
    FileCache& cache;
    bool nonblocking = false; // do not read a folder, but set Response::would_block
};

/// A small HTML page with a status, its reason phrase and an explanation.
[[nodiscard]] std::string status_page(int status, std::string_view explanation);
/// A response without a body, with the fields common to all.
[[nodiscard]] Response bare_response(int status, const ResponseSettings& settings,
                                     std::chrono::sys_seconds now);
/// A response with an HTML page.
[[nodiscard]] Response html_response(int status, std::string html, const RequestContext& context);
/// A response with a status_page().
[[nodiscard]] Response page_response(int status, std::string_view explanation,
                                     const RequestContext& context);

} // namespace webserver
