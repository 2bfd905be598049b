#include "mailclient/sink/rules.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/text/ascii.h"

namespace mailsink {
namespace {

struct Disturbance {
    std::string_view stage;
    ScriptedReply rejected;
    ScriptedReply deferred;
};

constexpr auto disturbances = std::to_array<Disturbance>({
    {"connect", {554, "5.3.2 No mail here"}, {421, "4.3.2 Too busy, come back later"}},
    {"ehlo", {550, "5.7.1 Not from you"}, {450, "4.7.1 Not now"}},
    {"starttls", {502, "5.5.1 Not done here"}, {454, "4.7.0 TLS is not available just now"}},
    {"auth",
     {535, "5.7.8 Wrong user or password"},
     {454, "4.7.0 Logins cannot be checked just now"}},
    {"mail", {550, "5.7.1 Not from this sender"}, {451, "4.7.1 Not from this sender just now"}},
    {"rcpt", {550, "5.1.1 No such user here"}, {450, "4.2.0 Greylisted, come back later"}},
    {"data", {554, "5.7.1 No valid message expected"}, {451, "4.3.0 The disk is full"}},
    {"dot", {554, "5.7.1 This looks like spam"}, {451, "4.3.0 The disk is full"}},
});

bool names(const std::vector<std::string>& words, std::string_view word)
{
    return !word.empty() && std::ranges::any_of(words, [&](const std::string& each) {
        return net::equal_ignoring_case(each, word);
    });
}

void check(const std::vector<std::string>& words, std::string_view option, bool takes_addresses)
{
    for (const std::string& word : words) {
        const bool is_address = takes_addresses && net::contains(word, '@');
        if (is_address || std::ranges::find(stages, word) != std::end(stages)) continue;
        std::string all;
        for (const auto stage : stages)
            all += " " + std::string(stage);
        throw net::Error(std::string(option) + " '" + net::escaped(word) + "' is none of" + all +
                         (takes_addresses ? ", nor an address" : ""));
    }
}

} // namespace

void check(const Rules& rules)
{
    check(rules.rejected, "--reject", true);
    check(rules.deferred, "--defer", true);
    check(rules.dropped, "--drop-at", false);
}

bool is_dropped(const Rules& rules, std::string_view stage)
{
    return names(rules.dropped, stage);
}

std::optional<ScriptedReply> fault(const Rules& rules, std::string_view stage,
                                   std::string_view recipient)
{
    const auto* found = std::ranges::find(disturbances, stage, &Disturbance::stage);
    if (found == disturbances.end()) return std::nullopt;
    if (names(rules.rejected, stage) || names(rules.rejected, recipient)) return found->rejected;
    if (names(rules.deferred, stage) || names(rules.deferred, recipient)) return found->deferred;
    return std::nullopt;
}

} // namespace mailsink
