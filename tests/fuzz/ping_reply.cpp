// Whatever a server sends as an answer: it is parsed, compared, explained and shown, and nothing of
// it reaches the terminal raw.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/text/ascii.h"
#include "udppinger/explain.h"
#include "udppinger/ping_message.h"
#include "udppinger/report.h"

namespace {

void require(bool truth)
{
    if (!truth) std::abort();
}

void require_printable(std::string_view text)
{
    for (const char c : text)
        require(c == '\n' || (!net::is_control(c) && static_cast<unsigned char>(c) < 0x80));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace udppinger;
    const std::string_view reply(reinterpret_cast<const char*>(data), size);
    const std::string sent = "Ping 1 1700000000.123456 abcdefgh";

    if (const auto message = parse_message(reply)) {
        if (message->time) {
            MessageWriter writer(ping_word, 0);
            const auto again = parse_message(writer.write(message->number, *message->time));
            require(again && again->number == message->number && again->time == message->time);
        }
        require(message->word.size() + message->number_text.size() + message->time_text.size() +
                    message->filling.size() + 2 <=
                size);
    }
    if (answers(reply, sent)) require(similarity(reply, sent) == 1);
    require(!is_heartbeat(reply) || parse_message(reply));
    require_printable(explain(reply, {}, {}));
    require_printable(stray_line(reply, "host", 1));
    return 0;
}
