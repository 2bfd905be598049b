#include "proxy/exchange/outcome.h"

namespace proxy {

Outcome deliver(const OwnResponse& response, ResponseWriter& writer)
{
    writer.begin(response.head);
    writer.send_piece(response.body);
    writer.finish();
    const char* const verdict = writer.status() < 400 ? "own" : "error";
    return {writer.status(), writer.sent(), writer.keeps_connection(), verdict};
}

} // namespace proxy
