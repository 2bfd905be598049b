// Headers drawn as in the RFCs: rows of 32 bits, two characters a bit, with their bytes beside
// them.
#pragma once

#include <string>
#include <vector>

#include "icmppinger/packet/cursor.h"

namespace icmppinger {

class PacketDiagram {
public:
    /// Text that does not fit is truncated.
    struct Field {
        std::size_t bits;
        std::string text;
    };

    /// Draws these bytes, four per row; they must outlive the diagram.
    explicit PacketDiagram(Bytes bytes) : rest_(bytes) {}

    /// Adds a row; its fields must total 32 bits.
    void row(const std::vector<Field>& fields);
    [[nodiscard]] bool has_more() const { return !rest_.empty(); }
    /// All rows, with border lines.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    Bytes rest_;
    std::string text_;
};

/// A hex dump, sixteen bytes per line, with printable ASCII beside them; of long data only the
/// first 64 bytes.
[[nodiscard]] std::string draw_data(Bytes bytes);

/// "0x1f"
[[nodiscard]] std::string hex(std::uint32_t value);

} // namespace icmppinger
