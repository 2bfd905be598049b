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

Outcome deliver(const HttpError& error, std::string_view url, ResponseWriter& writer)
{
    return writer.has_begun() ? cut_off(writer) : deliver(error_response(error, url), writer);
}

Outcome cut_off(ResponseWriter& writer)
{
    writer.abandon();
    return {writer.status(), writer.sent(), false, "cut off", true};
}

} // namespace proxy
