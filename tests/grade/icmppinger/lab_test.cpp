// The ICMP pinger lab with its optional parts, for any program that takes a host as its only
// argument.
#include "catch.h"

#include <regex>

#include "tests/grade/icmppinger/icmppinger.h"
#include "tests/grade/peers/command.h"

using grade::host;
using grade::IcmpRequest;
using grade::Packets;
using grade::Process;
using grade::ScriptedNetwork;
using namespace std::chrono_literals;

namespace {

/// Whether the program prints text that matches the pattern before the deadline.
bool prints(Process& pinger, const char* pattern)
{
    const std::regex expression(pattern, std::regex::icase);
    const auto deadline = net::Deadline::in(15s);
    while (!deadline.passed()) {
        if (std::regex_search(pinger.out(), expression)) return true;
        if (pinger.wait(net::Deadline::in(20ms))) break;
    }
    return std::regex_search(pinger.out(), expression);
}

constexpr const char* loss = "timed? ?-?out|no (answer|reply|response)|lost|unanswered";

} // namespace

TEST_CASE("The round-trip time is printed in seconds or milliseconds", "[icmppinger][lab]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network(
        [](const IcmpRequest& request) { return Packets{grade::echo_reply(request)}; });
    Process pinger(grade::command_of("ICMPPINGER", {{"host", host}}), {}, "/");
    CHECK(prints(pinger, "[0-9]\\.[0-9]"));
}

TEST_CASE("A ping without an answer is reported", "[icmppinger][lab]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest&) { return Packets{}; });
    Process pinger(grade::command_of("ICMPPINGER", {{"host", host}}), {}, "/");
    CHECK(prints(pinger, loss));
}

TEST_CASE("An unreachable host is reported as such, not as a time-out", "[icmppinger][extra]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        return Packets{grade::icmp_error(request, {.type = 3, .code = 1})};
    });
    Process pinger(grade::command_of("ICMPPINGER", {{"host", host}}), {}, "/");
    CHECK(prints(pinger, "unreachable"));
}

TEST_CASE("The answer to the ping of another program is not counted", "[icmppinger][robust]")
{
    if (!grade::can_have_network()) return;
    const ScriptedNetwork network([](const IcmpRequest& request) {
        const auto other = static_cast<std::uint16_t>(request.identifier() + 1);
        return Packets{grade::echo_reply(
            request,
            grade::icmp_message(0, 0, grade::bytes16(other) + grade::bytes16(request.sequence()),
                                request.data()))};
    });
    Process pinger(grade::command_of("ICMPPINGER", {{"host", host}}), {}, "/");
    CHECK(prints(pinger, loss));
}
