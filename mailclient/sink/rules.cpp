#include "mailclient/sink/rules.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/text/ascii.h"

namespace mailsink {
namespace {

struct Fault {
    std::string_view stage;
    ScriptedReply rejected;
    ScriptedReply deferred;
};

constexpr auto faults = std::to_array<Fault>({
    {"connect",
     {554, "5.3.2 This server accepts no mail"},
     {421, "4.3.2 Too busy, try again later"}},
    {"ehlo", {550, "5.7.1 Client refused"}, {450, "4.7.1 Client refused for now"}},
    {"starttls",
     {502, "5.5.1 STARTTLS is not implemented"},
     {454, "4.7.0 TLS is not available now"}},
    {"auth", {535, "5.7.8 Wrong user or password"}, {454, "4.7.0 Logins cannot be checked now"}},
    {"mail", {550, "5.7.1 Sender refused"}, {451, "4.7.1 Sender refused for now"}},
    {"rcpt", {550, "5.1.1 No such user here"}, {450, "4.2.0 Greylisted, try again later"}},
    {"data", {554, "5.7.1 Message refused"}, {451, "4.3.0 The disk is full"}},
    {"dot", {554, "5.7.1 This looks like spam"}, {451, "4.3.0 The disk is full"}},
});

bool contains(const std::vector<std::string>& words, std::string_view word)
{
    return !word.empty() && std::ranges::any_of(words, [&](const std::string& each) {
        return net::equal_ignoring_case(each, word);
    });
}

void check(const std::vector<std::string>& words, std::string_view option, bool allows_addresses)
{
    for (const std::string& word : words) {
        const bool is_address = allows_addresses && net::contains(word, '@');
        if (is_address || std::ranges::find(stages, word) != std::end(stages)) continue;
        std::string all;
        for (const auto stage : stages)
            all += " " + std::string(stage);
        throw net::Error(std::string(option) + " '" + net::escaped(word) + "': not a stage" +
                         (allows_addresses ? " or an address" : "") + " (stages:" + all + ")");
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
    return contains(rules.dropped, stage);
}

std::optional<ScriptedReply> injected_reply(const Rules& rules, std::string_view stage,
                                            std::string_view recipient)
{
    const auto* found = std::ranges::find(faults, stage, &Fault::stage);
    if (found == faults.end()) return std::nullopt;
    if (contains(rules.rejected, stage) || contains(rules.rejected, recipient))
        return found->rejected;
    if (contains(rules.deferred, stage) || contains(rules.deferred, recipient))
        return found->deferred;
    return std::nullopt;
}

} // namespace mailsink
