// Headers drawn as in the RFCs: rows of 32 bits, two characters a bit, with their bytes beside
// them.
#pragma once

#include <string>
#include <vector>

#include "icmppinger/packet/cursor.h"

namespace icmppinger {

class Drawing {
public:
    /// A field's text is cut where it does not fit.
    struct Field {
        std::size_t bits;
        std::string text;
    };

    /// Of these bytes, four a row.
    explicit Drawing(Bytes bytes) : rest_(bytes) {}

    /// The next row; its fields have 32 bits together.
    void row(const std::vector<Field>& fields);
    [[nodiscard]] bool has_more() const { return !rest_.empty(); }
    /// All rows between their lines.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    Bytes rest_;
    std::string text_;
};

/// Lines of sixteen bytes, in hexadecimal and as far as they are printable ASCII; of long data only
/// the beginning.
[[nodiscard]] std::string draw_data(Bytes bytes);

/// "0x1f"
[[nodiscard]] std::string hex(std::uint32_t value);

} // namespace icmppinger
