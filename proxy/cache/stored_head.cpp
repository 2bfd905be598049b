#include "proxy/cache/stored_head.h"

#include "common/http/date.h"
#include "common/http/head.h"
#include "common/text/ascii.h"
#include "common/text/number.h"

namespace proxy {
namespace {

constexpr http::SectionLimit record_limit{"The record", http::max_head};

std::string line(std::string_view name, std::string_view value)
{
    return std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string record_of(const StoredResponseMeta& meta)
{
    std::string record = line("URL", meta.url);
    for (const std::string& each : meta.variant)
        record += line("Variant", each);
    record += line("Requested", http::format_date(meta.times.requested));
    record += line("Received", http::format_date(meta.times.received));
    record += line("Body", std::to_string(meta.body_size) + " bytes, sum " + hex(meta.body_hash));
    if (meta.part)
        record += line("Part", http::content_range(meta.part->range, meta.part->complete_size));
    if (meta.request_had_cookie) record += line("Cookie", "in the request");
    return record + "\r\n";
}

std::string head_of(const StoredResponseMeta& meta)
{
    std::string head = "HTTP/1.1 " + std::to_string(meta.status) + " ";
    head += std::string(meta.reason) + "\r\n";
    for (const http::Field& field : meta.fields)
        head += line(field.name, field.value);
    if (!http::find_field(meta.fields, "Date"))
        head += line("Date", http::format_date(meta.times.received));
    return head + "\r\n";
}

bool read_date(const std::vector<http::Field>& record, std::string_view name,
               std::chrono::sys_seconds& date)
{
    const auto field = http::find_field(record, name);
    const auto parsed = field ? http::parse_date(*field) : std::nullopt;
    if (parsed) date = *parsed;
    return parsed.has_value();
}

bool read_body(std::string_view value, StoredResponseMeta& meta)
{
    constexpr std::string_view between = " bytes, sum ";
    const auto at = value.find(between);
    if (at == std::string_view::npos) return false;
    const auto size = net::parse_number(value.substr(0, at));
    const auto hash = parse_hex(value.substr(at + between.size()));
    if (!size || !hash) return false;
    meta.body_size = *size;
    meta.body_hash = *hash;
    return true;
}

} // namespace

std::string hex(std::uint64_t number)
{
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr int digit_bits = 4;
    std::string text(16, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= digit_bits)
        *at = digits[number % digits.size()];
    return text;
}

std::optional<std::uint64_t> parse_hex(std::string_view digits)
{
    constexpr int base = 16;
    const auto number = net::parse_number(digits, base);
    return number && hex(*number) == digits ? number : std::nullopt;
}

std::optional<StoredRange> parse_content_range(std::string_view value)
{
    constexpr std::string_view unit = "bytes ";
    if (!net::equal_ignoring_case(value.substr(0, unit.size()), unit)) return std::nullopt;
    value.remove_prefix(unit.size());
    const auto dash = value.find('-');
    const auto slash = value.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash)
        return std::nullopt;
    const auto first = net::parse_number(value.substr(0, dash));
    const auto last = net::parse_number(value.substr(dash + 1, slash - dash - 1));
    const auto size = net::parse_number(value.substr(slash + 1));
    if (!first || !last || !size || *last < *first || *last >= *size) return std::nullopt;
    return StoredRange{{*first, *last - *first + 1}, *size};
}

std::shared_ptr<const StoredHead> StoredHead::make(const StoredResponseMeta& meta)
{
    return parse(record_of(meta) + head_of(meta));
}

std::shared_ptr<const StoredHead> StoredHead::parse(std::string text)
{
    std::shared_ptr<StoredHead> head(new StoredHead(std::move(text)));
    if (!head->read()) return nullptr;
    return head;
}

bool StoredHead::read()
{
    std::vector<http::Field> record;
    const auto record_end = http::parse_fields(text_, 0, record_limit, record);
    if (!std::holds_alternative<std::size_t>(record_end) || !read_record(record)) return false;

    const auto rest = std::string_view(text_).substr(std::get<std::size_t>(record_end));
    const auto parsed = http::parse_response(rest, "GET");
    const auto* head = std::get_if<http::ReceivedResponse>(&parsed);
    if (head == nullptr || head->size != rest.size()) return false;
    meta_.status = head->status;
    meta_.reason = head->reason;
    meta_.fields = head->fields;
    control_ = parse_cache_control(meta_.fields);
    lifespan_ = lifespan_of({meta_.status, meta_.fields, control_}, meta_.times);
    return true;
}

bool StoredHead::read_record(const std::vector<http::Field>& record)
{
    const auto url = http::find_field(record, "URL");
    const auto body = http::find_field(record, "Body");
    const auto part = http::find_field(record, "Part");
    if (!url || !body || !read_body(*body, meta_)) return false;
    meta_.url = *url;
    for (const auto variant : http::values(record, "Variant"))
        meta_.variant.emplace_back(variant);
    meta_.request_had_cookie = http::find_field(record, "Cookie").has_value();
    if (part) meta_.part = parse_content_range(*part);
    if (part && (!meta_.part || meta_.part->range.count != meta_.body_size)) return false;
    return read_date(record, "Requested", meta_.times.requested) &&
           read_date(record, "Received", meta_.times.received);
}

} // namespace proxy
