// An answer before it is sent: its head, and a body that is text, parts of a file, or both in turn.
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

/// What the user may choose about answers.
struct ReplySettings {
    bool listing = true;      // folders without an index.html are listed
    bool single_page = false; // what is not there is answered with the first page, 200
    std::vector<std::pair<std::string, std::string>> fields{}; // added to every answer
};

/// A part of a body: a text, then some bytes of the reply's file.
struct Part {
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
    /// All of it.
    [[nodiscard]] std::string text() const { return lines_ + "\r\n"; }

private:
    int status_;
    std::string lines_;
};

struct Reply {
    ResponseHead head;
    std::vector<Part> parts{};
    std::shared_ptr<const File> file{};     // what the parts' ranges are of
    bool keep_alive = false;                // the connection is good for another request
    std::shared_ptr<LiveWatcher> watcher{}; // for whom events follow the head without an end
    bool takes_time = false; // it is not made yet: not for a question that wants it at once

    void add(std::string_view name, std::string_view value) { head.add(name, value); }
    /// Adds the fields that tell of the body, once all its parts are there.
    void add_content(std::string_view type);

    /// Fits it to the request: how the connection goes on, and no body for HEAD. `at_end`: the
    /// request has been read to its end, so another may follow.
    void conclude(const http::RequestHead& request, bool at_end);

    /// Bytes behind the head.
    [[nodiscard]] std::uint64_t body_size() const;
    /// Whether all of it is in memory, so that text() can be had.
    [[nodiscard]] bool is_in_memory() const;
    /// The body, when it is one piece of a file in memory, and empty otherwise.
    [[nodiscard]] std::string_view piece_in_memory() const;
    /// Head and body as they are sent.
    [[nodiscard]] std::string text() const;
    /// The same, behind what `bytes` has already.
    void append_to(std::string& bytes) const;
};

/// A request and all that its answer is made from.
struct Question {
    const http::RequestHead& request;
    const Site& site;
    FileCache& cache;
    const ReplySettings& settings;
    std::chrono::sys_seconds now; // for Date, and what depends on it
    bool at_once = false; // others wait: what takes time (a folder's list) is not to be made
};

/// A small page that shows a status with its standard words, and says why.
[[nodiscard]] std::string status_page(int status, std::string_view explanation);
/// A reply without a body, with the fields that every one has.
[[nodiscard]] Reply bare_reply(int status, const ReplySettings& settings,
                               std::chrono::sys_seconds now);
/// A reply with a page of HTML.
[[nodiscard]] Reply html_reply(int status, std::string html, const Question& question);
/// A reply with a small page that says why.
[[nodiscard]] Reply page_reply(int status, std::string_view explanation, const Question& question);

} // namespace webserver
