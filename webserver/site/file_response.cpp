#include "webserver/site/file_response.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <random>

#include "common/http/date.h"
#include "webserver/site/conditions.h"
#include "webserver/site/encoding.h"

namespace webserver {
namespace {

/// What goes over the wire for a file.
struct Copy {
    FilePointer file;
    std::string_view type;    // of the file before it was compressed, which the caller holds
    std::string_view coding;  // "gzip"; empty for the file as it is
    bool depends_on_encoding; // there may be compressed ones
};

/// What is compressed already gains nothing from it.
bool may_be_compressed(std::string_view type)
{
    constexpr auto text_like = std::to_array<std::string_view>(
        {"json", "xml", "wasm", "yaml", "toml", "rtf", "postscript", "x-tar", "ttf", "otf"});
    return type.starts_with("text/") ||
           std::ranges::any_of(text_like, [type](auto end) { return type.ends_with(end); });
}

Copy choose_copy(const Question& question, const FilePointer& file)
{
    Copy copy{file, file->type, {}, may_be_compressed(file->type)};
    if (!copy.depends_on_encoding) return copy;
    const auto accepted = question.request.list("Accept-Encoding");
    if (!accepted) return copy;
    for (const Coding& coding : accepted_codings(*accepted)) {
        auto found = question.site.open(file->name + std::string(coding.suffix), question.cache);
        auto* compressed = std::get_if<FilePointer>(&found);
        if (compressed == nullptr || (*compressed)->modified < file->modified) continue; // or old
        copy.file = *compressed;
        copy.coding = coding.name;
        break;
    }
    return copy;
}

Reply reply_with_copy(int status, const Question& question, const Copy& copy)
{
    Reply reply = bare_reply(status, question.settings, question.now);
    reply.file = copy.file;
    if (copy.depends_on_encoding) reply.add("Vary", "Accept-Encoding");
    if (!copy.coding.empty() && status != 304) reply.add("Content-Encoding", copy.coding);
    return reply;
}

/// The fields that 200, 206 and 304 have in common (RFC 9110 §15.4.5).
Reply reply_about(int status, const Question& question, const Copy& copy,
                  const Validators& validators)
{
    Reply reply = reply_with_copy(status, question, copy);
    reply.add("Last-Modified", http::format_date(validators.modified));
    reply.add("ETag", validators.etag);
    reply.add("Accept-Ranges", "bytes");
    return reply;
}

/// A line that no file holds.
std::string make_boundary()
{
    static const std::uint64_t start = std::random_device()() * std::uint64_t{0x9e3779b97f4a7c15};
    static std::atomic<std::uint64_t> count = 0;
    return "part" + std::to_string(start) + "x" + std::to_string(++count);
}

/// multipart/byteranges, RFC 9110 §14.6
void add_parts(Reply& reply, std::string_view type, const std::vector<http::ByteRange>& ranges)
{
    const std::string boundary = make_boundary();
    std::string line_end;
    for (const http::ByteRange& range : ranges) {
        std::string head = line_end;
        head += "--" + boundary + "\r\nContent-Type: ";
        head += type;
        head += "\r\nContent-Range: " + http::content_range(range, reply.file->size) + "\r\n\r\n";
        reply.parts.push_back({std::move(head), range});
        line_end = "\r\n";
    }
    reply.parts.push_back({.text = "\r\n--" + boundary + "--\r\n"});
    reply.add_content("multipart/byteranges; boundary=" + boundary);
}

/// The ranges to send; nothing when the whole file is to be sent.
std::optional<std::vector<http::ByteRange>>
ranges_asked_for(const Question& question, const Copy& copy, const Validators& validators)
{
    const auto field = question.request.field("Range");
    const bool counts = field && question.request.method == "GET" && // RFC 9110 §14.2
                        range_is_current(question.request, validators, question.now);
    return counts ? http::parse_range(*field, copy.file->size) : std::nullopt;
}

Reply content_reply(const Question& question, const Copy& copy, const Validators& validators)
{
    const auto ranges = ranges_asked_for(question, copy, validators);
    if (!ranges) {
        Reply reply = reply_about(200, question, copy, validators);
        reply.parts.push_back({.range = {0, copy.file->size}});
        reply.add_content(copy.type);
        return reply;
    }
    if (ranges->empty()) {
        Reply reply = page_reply(
            416, "The file has no such part, or what was asked for is no range (RFC 9110 §14.1).",
            question);
        if (copy.depends_on_encoding) reply.add("Vary", "Accept-Encoding");
        reply.add("Content-Range", "bytes */" + std::to_string(copy.file->size));
        return reply;
    }
    Reply reply = reply_about(206, question, copy, validators);
    if (ranges->size() > 1) {
        add_parts(reply, copy.type, *ranges);
        return reply;
    }
    reply.parts.push_back({.range = ranges->front()});
    reply.add("Content-Range", http::content_range(ranges->front(), copy.file->size));
    reply.add_content(copy.type);
    return reply;
}

} // namespace

Reply file_reply(const Question& question, const FilePointer& file)
{
    const Copy copy = choose_copy(question, file);
    const Validators validators{// never later than Date, RFC 9110 §8.8.2.1
                                copy.file->etag, std::min(copy.file->modified, question.now)};
    switch (judge(question.request, validators)) {
    case Verdict::not_modified: return reply_about(304, question, copy, validators);
    case Verdict::precondition_failed:
        return page_reply(412, "The file is not, or no longer, what the request expects.",
                          question);
    case Verdict::proceed: break;
    }
    return content_reply(question, copy, validators);
}

Reply file_as_page(int status, const Question& question, const FilePointer& file)
{
    const Copy copy = choose_copy(question, file);
    Reply reply = reply_with_copy(status, question, copy);
    reply.parts.push_back({.range = {0, copy.file->size}});
    reply.add_content(copy.type);
    return reply;
}

} // namespace webserver
