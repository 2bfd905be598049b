// The chunked coding: whatever is understood is understood in the same way byte by byte.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/http/chunked.h"

namespace {

struct Decoded {
    std::string data;
    bool complete = false;
    bool refused = false;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Shows the decoder `step` bytes more each time it asks for some.
Decoded decode(std::string_view bytes, std::size_t step)
{
    http::ChunkedDecoder decoder;
    Decoded decoded;
    for (std::size_t at = 0, shown = 0; !decoder.is_complete();) {
        const auto result = decoder.step(bytes.substr(at, shown - at));
        if (const auto* good = std::get_if<http::ChunkedDecoder::Step>(&result)) {
            if (good->size > shown - at || good->data.size() > good->size) std::abort();
            decoded.data += good->data;
            at += good->size;
        } else if (std::holds_alternative<http::Malformed>(result)) {
            decoded.refused = true;
            return decoded;
        } else if (shown == bytes.size()) {
            return decoded;
        } else {
            shown = std::min(bytes.size(), shown + step);
        }
    }
    decoded.complete = true;
    return decoded;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Decoded whole = decode(bytes, size + 1);
    if (decode(bytes, 1) != whole) std::abort();
    return 0;
}
