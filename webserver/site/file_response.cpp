#include "webserver/site/file_response.h"

#include <algorithm>
#include <array>

#include "common/http/byteranges.h"
#include "common/http/date.h"
#include "webserver/site/conditions.h"
#include "webserver/site/encoding.h"

namespace webserver {
namespace {

/// The representation sent for a file: the file itself or a compressed copy.
struct Copy {
    FilePointer file;
    std::string_view type;    // of the uncompressed file, which the caller keeps alive
    std::string_view coding;  // "gzip"; empty for the file itself
    bool depends_on_encoding; // compressed copies may exist
};

/// False for types that are compressed already.
bool may_be_compressed(std::string_view type)
{
    constexpr auto text_like = std::to_array<std::string_view>(
        {"json", "xml", "wasm", "yaml", "toml", "rtf", "postscript", "x-tar", "ttf", "otf"});
    return type.starts_with("text/") ||
           std::ranges::any_of(text_like, [type](auto end) { return type.ends_with(end); });
}

Copy choose_copy(const AnswerContext& context, const FilePointer& file)
{
    Copy copy{file, file->type, {}, may_be_compressed(file->type)};
    if (!copy.depends_on_encoding) return copy;
    const auto accepted = context.request.list("Accept-Encoding");
    if (!accepted) return copy;
    for (const Coding& coding : accepted_codings(*accepted)) {
        auto found = context.site.open(file->name + std::string(coding.suffix), context.cache);
        auto* compressed = std::get_if<FilePointer>(&found);
        if (compressed == nullptr || (*compressed)->modified < file->modified) continue; // stale
        copy.file = *compressed;
        copy.coding = coding.name;
        break;
    }
    return copy;
}

Response response_with_copy(int status, const AnswerContext& context, const Copy& copy)
{
    Response response = bare_response(status, context.settings, context.now);
    response.file = copy.file;
    if (copy.depends_on_encoding) response.add("Vary", "Accept-Encoding");
    if (!copy.coding.empty() && status != 304) response.add("Content-Encoding", copy.coding);
    return response;
}

/// The fields that 200, 206 and 304 have in common (RFC 9110 §15.4.5).
Response response_about(int status, const AnswerContext& context, const Copy& copy,
                        const Validators& validators)
{
    Response response = response_with_copy(status, context, copy);
    response.add("Last-Modified", http::format_date(validators.modified));
    response.add("ETag", validators.etag);
    response.add("Accept-Ranges", "bytes");
    return response;
}

void add_parts(Response& response, std::string_view type,
               const std::vector<http::ByteRange>& ranges)
{
    auto frame = http::frame_byteranges(ranges, type, response.file->size);
    for (std::size_t i = 0; i < ranges.size(); ++i)
        response.parts.push_back({std::move(frame.part_heads[i]), ranges[i]});
    response.parts.push_back({.text = std::move(frame.end)});
    response.add_content(frame.content_type);
}

/// The ranges to send; nothing when the whole file is to be sent.
std::optional<std::vector<http::ByteRange>>
requested_ranges(const AnswerContext& context, const Copy& copy, const Validators& validators)
{
    const auto field = context.request.field("Range");
    const bool counts = field && context.request.method == "GET" && // RFC 9110 §14.2
                        range_is_current(context.request, validators, context.now);
    return counts ? http::parse_range(*field, copy.file->size) : std::nullopt;
}

Response content_response(const AnswerContext& context, const Copy& copy,
                          const Validators& validators)
{
    const auto ranges = requested_ranges(context, copy, validators);
    if (!ranges) {
        Response response = response_about(200, context, copy, validators);
        response.parts.push_back({.range = {0, copy.file->size}});
        response.add_content(copy.type);
        return response;
    }
    if (ranges->empty()) {
        Response response =
            page_response(416,
                          "Range malformed or beyond the end: the file has " +
                              std::to_string(copy.file->size) + " bytes (RFC 9110 §15.5.17).",
                          context);
        if (copy.depends_on_encoding) response.add("Vary", "Accept-Encoding");
        response.add("Content-Range", "bytes */" + std::to_string(copy.file->size));
        return response;
    }
    Response response = response_about(206, context, copy, validators);
    if (ranges->size() > 1) {
        add_parts(response, copy.type, *ranges);
        return response;
    }
    response.parts.push_back({.range = ranges->front()});
    response.add("Content-Range", http::content_range(ranges->front(), copy.file->size));
    response.add_content(copy.type);
    return response;
}

} // namespace

Response file_response(const AnswerContext& context, const FilePointer& file)
{
    const Copy copy = choose_copy(context, file);
    const Validators validators{// never later than Date, RFC 9110 §8.8.2.1
                                copy.file->etag, std::min(copy.file->modified, context.now)};
    switch (evaluate_preconditions(context.request, validators)) {
    case PreconditionResult::not_modified: return response_about(304, context, copy, validators);
    case PreconditionResult::precondition_failed:
        return page_response(
            412, "The file does not match the request's precondition (RFC 9110 §13.1).", context);
    case PreconditionResult::proceed: break;
    }
    return content_response(context, copy, validators);
}

Response file_as_page(int status, const AnswerContext& context, const FilePointer& file)
{
    const Copy copy = choose_copy(context, file);
    Response response = response_with_copy(status, context, copy);
    response.parts.push_back({.range = {0, copy.file->size}});
    response.add_content(copy.type);
    return response;
}

} // namespace webserver
