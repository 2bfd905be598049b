#include "common/explain/http_meaning.h"

#include <algorithm>

#include "common/explain/http_field_names.h"
#include "common/http/head.h"
#include "common/text/ascii.h"

namespace http {
namespace {

std::string sentence(std::string_view subject, std::string_view text, std::string_view source)
{
    return std::string(subject) + ": " + std::string(text) + " (" + std::string(source) + ")";
}

std::string explain_method(std::string_view method)
{
    if (const auto meaning = method_meaning(method))
        return sentence(method, meaning->text, meaning->source);
    return sentence(method, "an unknown method; method names are case-sensitive", "RFC 9110 §9.1");
}

std::string explain_target(std::string_view target)
{
    if (target.starts_with('/'))
        return sentence(target, "the target: path and query on the host in Host",
                        "origin-form, RFC 9112 §3.2.1");
    if (target == "*") return sentence(target, "the server as a whole", "RFC 9112 §3.2.4");
    if (target.find("://") != std::string_view::npos)
        return sentence(target, "the target as a whole URL, as in requests to proxies",
                        "absolute-form, RFC 9112 §3.2.2");
    return sentence(target, "the host and port to connect to, with CONNECT",
                    "authority-form, RFC 9112 §3.2.3");
}

std::string explain_version(std::string_view version)
{
    if (version == "HTTP/1.1")
        return sentence(version, "the version; connections stay open unless Connection says close",
                        "RFC 9112 §2.3, §9.3");
    if (version == "HTTP/1.0")
        return sentence(version, "the version of 1996; a connection is for one request",
                        "RFC 1945, RFC 9112 §9.3");
    return sentence(version, "the version of HTTP", "RFC 9112 §2.3");
}

} // namespace

std::vector<std::string> explain_request_line(std::string_view line)
{
    const auto parts = net::split(line, ' ');
    if (parts.size() != 3 || parts[0].empty() || parts[1].empty())
        return {"a request line has three parts: method, target and version, with one space "
                "between them (RFC 9112 §3)"};
    return {explain_method(parts[0]), explain_target(parts[1]), explain_version(parts[2])};
}

std::vector<std::string> explain_status_line(std::string_view line)
{
    const auto space = std::min(line.find(' '), line.size());
    const auto status = line.substr(std::min(space + 1, line.size())).substr(0, 3);
    const auto status_class = status_class_meaning(status);
    if (!status_class)
        return {"a status line has a version, three digits and a reason phrase (RFC 9112 §4)"};
    std::vector<std::string> lines = {explain_version(line.substr(0, space))};
    if (const auto own = status_meaning(status))
        lines.push_back(sentence(status, own->text, own->source));
    lines.push_back(sentence(status_class->word, status_class->text, status_class->source));
    return lines;
}

std::string explain_field_line(std::string_view line)
{
    if (line.empty()) return "the empty line: the head ends here (RFC 9112 §2.1)";
    const auto name = line.substr(0, line.find(':'));
    if (name.size() == line.size()) return "not a field: there is no colon (RFC 9112 §5)";
    if (!is_token(name)) return "not a field: the name is empty or not a token (RFC 9112 §5.1)";
    if (const auto meaning = field_meaning(name))
        return sentence(meaning->word, meaning->text, meaning->source);
    return "an unknown field; recipients ignore fields that they do not "
           "know (RFC 9110 §5.1)";
}

} // namespace http
