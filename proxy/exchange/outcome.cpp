#include "proxy/exchange/outcome.h"

namespace proxy {

Outcome deliver(const OwnAnswer& answer, ResponseWriter& writer)
{
    writer.begin(answer.head);
    writer.send_piece(answer.body);
    writer.finish();
    const char* const verdict = writer.status() < 400 ? "own" : "error";
    return {writer.status(), writer.sent(), writer.keeps_connection(), verdict};
}

} // namespace proxy
