#include "proxy/exchange/outcome.h"

namespace proxy {

Outcome deliver(const OwnAnswer& answer, Delivery& delivery)
{
    delivery.begin(answer.head);
    delivery.send_piece(answer.body);
    delivery.finish();
    const char* const verdict = delivery.status() < 400 ? "own" : "error";
    return {delivery.status(), delivery.sent(), delivery.keeps_connection(), verdict};
}

} // namespace proxy
