// Packets in a test's text: bytes as hexadecimal digits.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace icmp_bytes {

/// "08 00 f7 ff"
inline std::vector<std::byte> from_hex(const std::string& text)
{
    std::istringstream words(text);
    std::vector<std::byte> bytes;
    std::string word;
    while (words >> word)
        bytes.push_back(static_cast<std::byte>(std::stoi(word, nullptr, 16)));
    return bytes;
}

inline std::vector<std::byte> joined(const std::vector<std::vector<std::byte>>& pieces)
{
    std::vector<std::byte> all;
    for (const auto& piece : pieces)
        all.insert(all.end(), piece.begin(), piece.end());
    return all;
}

} // namespace icmp_bytes
