#include "tests/grade/proxy/cache_cases.h"

#include "catch.h"

#include "common/http/date.h"

namespace grade {
namespace {

using Expect = Step::Expect;

/// The next response of the origin and the requests that it has received, by path.
class OriginScript {
public:
    void expect(const std::string& path, const Step& step, const std::string& body)
    {
        const std::lock_guard lock(mutex_);
        next_[path] = {step, body};
        asked_[path].clear();
    }

    /// The response to a request; empty: the origin closes.
    std::string respond_to(const std::string& head)
    {
        const std::lock_guard lock(mutex_);
        const auto begin = head.find(' ') + 1;
        const std::string path = head.substr(begin, head.find(' ', begin) - begin);
        asked_[path].push_back(head);
        const auto& [step, body] = next_[path];
        if (step.origin_closes) return {};
        const bool has_body = step.status != 304 && step.status != 204;
        std::string answer =
            step.interim + "HTTP/1.1 " + std::to_string(step.status) + " As Told\r\n" + step.reply;
        if (has_body) answer += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        answer += "\r\n";
        return has_body && !head.starts_with("HEAD ") ? answer + body : answer;
    }

    std::vector<std::string> asked(const std::string& path)
    {
        const std::lock_guard lock(mutex_);
        return asked_[path];
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::pair<Step, std::string>> next_;
    std::map<std::string, std::vector<std::string>> asked_;
};

void serve(OriginClient& client, OriginScript& script)
{
    for (std::string head = client.head(); !head.empty(); head = client.head()) {
        const auto at = head.find("Content-Length: ");
        if (at != std::string::npos) client.bytes(std::stoul(head.substr(at + 16)));
        const std::string answer = script.respond_to(head);
        if (answer.empty()) return;
        client.send(answer);
    }
}

std::string request_of(const Step& step, const ScriptedOrigin& origin, const std::string& path)
{
    std::string request = step.method + " " + origin.url(path) +
                          " HTTP/1.1\r\nHost: " + origin.authority() + "\r\n" + step.request;
    if (!step.content.empty())
        request += "Content-Length: " + std::to_string(step.content.size()) + "\r\n";
    return request + "\r\n" + step.content;
}

int status_of(const std::string& head)
{
    return std::stoi(head.substr(std::min(head.find(' '), head.size() - 1)));
}

/// The final response; its head begins with the interim responses.
Answer receive(OriginClient& proxy, const Step& step)
{
    std::string interim;
    std::string head = proxy.head();
    REQUIRE_FALSE(head.empty());
    while (status_of(head) < 200) {
        interim += head;
        head = proxy.head();
    }
    Answer answer{.status = status_of(head), .head = head, .body = {}};
    const bool has_body = step.method != "HEAD" && answer.status != 304 && answer.status != 204;
    if (has_body) answer.body = proxy.bytes(std::stoul("0" + answer.field("Content-Length")));
    answer.head = interim + head;
    return answer;
}

void check_forwarded_request(const Step& step, const std::vector<std::string>& asked)
{
    if (step.expect == Expect::hit) {
        CHECK(asked.empty());
        return;
    }
    REQUIRE_FALSE(asked.empty());
    const std::string& head = asked.back();
    CHECK_THAT(head, Contains(step.forwarded_has, Catch::CaseSensitive::No));
    if (!step.forwarded_lacks.empty())
        CHECK_THAT(head, !Contains(step.forwarded_lacks, Catch::CaseSensitive::No));
    if (step.expect == Expect::etag) CHECK_THAT(head, Contains("\r\nIf-None-Match: "));
    if (step.expect == Expect::modified) CHECK_THAT(head, Contains("\r\nIf-Modified-Since: "));
}

void check_response(const Step& step, const Answer& answer, const std::string& body)
{
    CHECK(answer.status == (step.expected != 0 ? step.expected : step.status));
    const bool has_body = step.method != "HEAD" && answer.status != 304 && answer.status != 204;
    if (has_body && !step.origin_closes) CHECK(answer.body == body);
    CHECK_THAT(answer.head, Contains(step.response_has, Catch::CaseSensitive::No));
    if (!step.response_lacks.empty())
        CHECK_THAT(answer.head, !Contains(step.response_lacks, Catch::CaseSensitive::No));
    CHECK_FALSE(answer.field("Cache-Status").empty());
    if (step.expect == Expect::hit && answer.status < 400) CHECK_FALSE(answer.field("Age").empty());
}

std::string body_of_step(const std::string& number, const std::string& name)
{
    return "step " + number + " of " + name;
}

std::string expected_body(const Step& step, const std::string& name, const std::string& own,
                          const std::string& first)
{
    if (step.response_body && step.response_body->starts_with('#'))
        return body_of_step(step.response_body->substr(1), name);
    if (step.response_body) return *step.response_body;
    return step.expect == Expect::hit || step.status == 304 ? first : own;
}

void check_case(const CacheCase& each, const std::string& name, const Proxy& proxy,
                const ScriptedOrigin& origin, OriginScript& script)
{
    Client client(proxy.port());
    OriginClient peer(client.stream());
    std::string first_body;
    for (std::size_t i = 0; i < each.steps.size(); ++i) {
        const Step& step = each.steps[i];
        const std::string path = name + step.target;
        const std::string own = step.body.value_or(body_of_step(std::to_string(i), name));
        if (i == 0) first_body = own;
        script.expect(path, step, own);
        CAPTURE(each.name, i);
        client.send(request_of(step, origin, path));
        const Answer answer = receive(peer, step);
        CAPTURE(answer.head);
        check_forwarded_request(step, script.asked(path));
        check_response(step, answer, expected_body(step, name, own, first_body));
    }
}

} // namespace

void check_cases(const std::vector<CacheCase>& cases)
{
    OriginScript script;
    const ScriptedOrigin origin([&script](OriginClient& client) { serve(client, script); });
    const Proxy proxy;
    int number = 0;
    for (const CacheCase& each : cases)
        check_case(each, "/" + std::to_string(++number), proxy, origin, script);
}

std::string date(long seconds_from_now)
{
    return http::format_date(http::now() + std::chrono::seconds(seconds_from_now));
}

} // namespace grade
