#include "webserver/site/file_response.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "common/http/byteranges.h"
#include "common/http/date.h"
#include "webserver/site/encoding.h"

namespace webserver {
namespace {

/// False for types that are compressed already.
bool may_be_compressed(std::string_view type)
{
    constexpr auto text_like = std::to_array<std::string_view>(
        {"json", "xml", "wasm", "yaml", "toml", "rtf", "postscript", "x-tar", "ttf", "otf"});
    return type.starts_with("text/") ||
           std::ranges::any_of(text_like, [type](auto end) { return type.ends_with(end); });
}

/// As it is sent at `now`: Last-Modified is never later than Date (RFC 9110 §8.8.2.1).
Representation representation_of(const FilePointer& file, std::string_view type,
                                 std::string_view coding, std::chrono::sys_seconds now)
{
    return {.file = file,
            .validators = {file->etag, std::min(file->modified, now)},
            .type = type,
            .coding = coding};
}

/// The first of the codings of which there is a copy, not older than `modified`.
std::optional<Representation> find_copy(const AnswerContext& context, const std::string& name,
                                        std::string_view type, std::chrono::sys_seconds modified,
                                        std::span<const Coding> choice)
{
    for (const Coding& coding : choice) {
        auto found = context.site.open(name + std::string(coding.suffix), context.cache);
        const auto* copy = std::get_if<FilePointer>(&found);
        if (copy == nullptr || (*copy)->modified < modified) continue; // stale
        auto representation = representation_of(*copy, type, coding.name, context.now);
        representation.depends_on_encoding = true;
        return representation;
    }
    return std::nullopt;
}

std::vector<Coding> codings_for(const http::RequestHead& request)
{
    const auto accepted = request.list("Accept-Encoding");
    return accepted ? accepted_codings(*accepted) : std::vector<Coding>();
}

Representation choose(const AnswerContext& context, const FilePointer& file)
{
    Representation whole = representation_of(file, file->type, file->coding, context.now);
    if (!file->coding.empty() || !may_be_compressed(file->type)) return whole;
    whole.depends_on_encoding = true;
    return find_copy(context, file->name, file->type, file->modified, codings_for(context.request))
        .value_or(std::move(whole));
}

Response bare_response_with(int status, const RequestContext& context, const Representation& sent)
{
    Response response = bare_response(status, context.settings, context.now);
    response.file = sent.file;
    if (sent.depends_on_encoding) response.add("Vary", "Accept-Encoding");
    if (!sent.coding.empty() && status != 304) response.add("Content-Encoding", sent.coding);
    return response;
}

/// The fields that 200, 206 and 304 have in common (RFC 9110 §15.4.5).
Response response_about(int status, const RequestContext& context, const Representation& sent)
{
    Response response = bare_response_with(status, context, sent);
    response.add("Last-Modified", http::format_date(sent.validators.modified));
    response.add("ETag", sent.validators.etag);
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
std::optional<std::vector<http::ByteRange>> requested_ranges(const RequestContext& context,
                                                             const Representation& sent)
{
    const auto field = context.request.field("Range");
    const bool counts = field && context.request.method == "GET" && // RFC 9110 §14.2
                        range_is_current(context.request, sent.validators, context.now);
    return counts ? http::parse_range(*field, sent.file->size) : std::nullopt;
}

Response content_response(const RequestContext& context, const Representation& sent)
{
    const std::uint64_t size = sent.file->size;
    const auto ranges = requested_ranges(context, sent);
    if (!ranges) {
        Response response = response_about(200, context, sent);
        response.parts.push_back({.range = {0, size}});
        response.add_content(sent.type);
        return response;
    }
    if (ranges->empty()) {
        Response response = page_response(416,
                                          "Range malformed or beyond the end: the file has " +
                                              std::to_string(size) + " bytes (RFC 9110 §15.5.17).",
                                          context);
        if (sent.depends_on_encoding) response.add("Vary", "Accept-Encoding");
        response.add("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    Response response = response_about(206, context, sent);
    if (ranges->size() > 1) {
        add_parts(response, sent.type, *ranges);
        return response;
    }
    response.parts.push_back({.range = ranges->front()});
    response.add("Content-Range", http::content_range(ranges->front(), size));
    response.add_content(sent.type);
    return response;
}

} // namespace

Response representation_response(const RequestContext& context,
                                 const Representation& representation)
{
    switch (evaluate_preconditions(context.request, representation.validators)) {
    case PreconditionResult::not_modified: return response_about(304, context, representation);
    case PreconditionResult::precondition_failed:
        return page_response(
            412, "The file does not match the request's precondition (RFC 9110 §13.1).", context);
    case PreconditionResult::proceed: break;
    }
    return content_response(context, representation);
}

Response file_response(const AnswerContext& context, const FilePointer& file)
{
    return representation_response(context, choose(context, file));
}

std::optional<Response> compressed_response(const AnswerContext& context, const std::string& name)
{
    const std::string type = content_type(name, {}, context.site.options().types);
    const auto accepted = find_copy(context, name, type, {}, codings_for(context.request));
    if (accepted) return representation_response(context, *accepted);
    if (!find_copy(context, name, type, {}, codings)) return std::nullopt;
    Response response = page_response(
        406, "Only a compressed copy of this file is here, which the request does not accept.",
        context);
    response.add("Vary", "Accept-Encoding");
    return response;
}

Response file_as_page(int status, const AnswerContext& context, const FilePointer& file)
{
    const Representation sent = choose(context, file);
    Response response = bare_response_with(status, context, sent);
    response.parts.push_back({.range = {0, sent.file->size}});
    response.add_content(sent.type);
    return response;
}

} // namespace webserver
