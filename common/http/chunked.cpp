#include "common/http/chunked.h"

#include <algorithm>
#include <charconv>

#include "common/http/head.h"
#include "common/text/ascii.h"

namespace http {
namespace {

void skip_blanks(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool skip_token(std::string_view& text)
{
    std::size_t size = 0;
    while (size < text.size() && is_token_character(text[size]))
        ++size;
    text.remove_prefix(size);
    return size > 0;
}

/// quoted-string, RFC 9110 §5.6.4; `text` begins with its quote.
bool skip_quoted(std::string_view& text)
{
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return true;
        }
        if (text[i] == '\\') ++i;
        if (i == text.size() || (net::is_control(text[i]) && text[i] != '\t')) return false;
    }
    return false;
}

/// Without the blanks at the end, with which old servers pad a chunk's size.
std::string_view without_padding(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 §7.1.1
bool are_extensions(std::string_view text)
{
    while (!text.empty()) {
        skip_blanks(text);
        if (!text.starts_with(';')) return false;
        text.remove_prefix(1);
        skip_blanks(text);
        if (!skip_token(text)) return false;

        std::string_view value = text;
        skip_blanks(value);
        if (!value.starts_with('=')) continue;
        value.remove_prefix(1);
        skip_blanks(value);
        if (!(value.starts_with('"') ? skip_quoted(value) : skip_token(value))) return false;
        text = value;
    }
    return true;
}

} // namespace

std::variant<Incomplete, Malformed, ChunkLine> parse_chunk_line(std::string_view bytes)
{
    constexpr int hexadecimal = 16;
    auto line = first_line(bytes.substr(0, max_chunk_line));
    if (!line && bytes.size() >= max_chunk_line)
        return Malformed{400, "A chunk's line is longer than " + std::to_string(max_chunk_line) +
                                  " bytes (RFC 9112 §7.1)."};

    ChunkLine chunk{};
    const auto digits = line.value_or(bytes);
    const auto [end, status] =
        std::from_chars(digits.begin(), digits.end(), chunk.size, hexadecimal);
    const bool has_size = status == std::errc();
    if (!has_size && !bytes.empty()) // report it as early as possible
        return Malformed{400, "A chunk's size is not a number below 2^64 (RFC 9112 §7.1)."};
    if (!line) return Incomplete{};

    chunk.length = line->size();
    if (auto fault = end_line(*line)) return *fault;
    const auto extensions =
        without_padding(line->substr(static_cast<std::size_t>(end - digits.begin())));
    if (!are_extensions(extensions))
        return Malformed{400, "A chunk extension is malformed (RFC 9112 §7.1.1)."};
    chunk.extensions = extensions.size();
    return chunk;
}

ChunkedDecoder::Result ChunkedDecoder::step(std::string_view bytes)
{
    switch (expected_) {
    case Expected::line: return step_line(bytes);
    case Expected::data: return step_data(bytes);
    case Expected::end_of_data: return step_end_of_data(bytes);
    case Expected::trailers: return step_trailers(bytes);
    case Expected::nothing: break;
    }
    return Step{};
}

ChunkedDecoder::Result ChunkedDecoder::step_line(std::string_view bytes)
{
    const auto parsed = parse_chunk_line(bytes);
    if (const auto* malformed = std::get_if<Malformed>(&parsed)) return *malformed;
    const auto* line = std::get_if<ChunkLine>(&parsed);
    if (line == nullptr) return Incomplete{};

    extensions_ += line->extensions;
    if (extensions_ > max_chunk_extensions)
        return Malformed{400, "The chunks have more than " + std::to_string(max_chunk_extensions) +
                                  " bytes of extensions (RFC 9112 §7.1.1)."};
    left_ = line->size;
    expected_ = left_ > 0 ? Expected::data : Expected::trailers;
    return Step{line->length, {}};
}

ChunkedDecoder::Result ChunkedDecoder::step_data(std::string_view bytes)
{
    if (bytes.empty()) return Incomplete{};
    const auto data = bytes.substr(0, left_);
    left_ -= data.size();
    if (left_ == 0) expected_ = Expected::end_of_data;
    return Step{data.size(), data};
}

ChunkedDecoder::Result ChunkedDecoder::step_end_of_data(std::string_view bytes)
{
    constexpr std::string_view line_end = "\r\n";
    if (!line_end.starts_with(bytes.substr(0, line_end.size())))
        return Malformed{400, "A chunk's data is longer than its size says (RFC 9112 §7.1)."};
    if (bytes.size() < line_end.size()) return Incomplete{};
    expected_ = Expected::line;
    return Step{line_end.size(), {}};
}

ChunkedDecoder::Result ChunkedDecoder::step_trailers(std::string_view bytes)
{
    std::vector<Field> ignored; // by default (RFC 9110 §6.5.1); trailers() has the text
    const auto end = parse_fields(bytes, 0, {"The trailer section", max_trailers}, ignored);
    if (std::holds_alternative<Incomplete>(end)) return Incomplete{};
    if (const auto* malformed = std::get_if<Malformed>(&end)) return *malformed;
    expected_ = Expected::nothing;
    trailers_ = bytes.substr(0, std::get<std::size_t>(end));
    return Step{trailers_.size(), {}};
}

} // namespace http
