// Decodes encoded words (RFC 2047), to check what was encoded.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "common/text/ascii.h"
#include "common/text/base64.h"

namespace mail_words {

inline std::string unfolded(std::string_view field)
{
    std::string text;
    for (const char c : field)
        if (c != '\r' && c != '\n') text += c;
    return text;
}

inline std::string q_decoded(std::string_view coded)
{
    std::string text;
    for (std::size_t i = 0; i < coded.size(); ++i) {
        if (coded[i] == '_') {
            text += ' ';
        } else if (coded[i] == '=' && i + 2 < coded.size()) {
            const std::string hex(coded.substr(i + 1, 2));
            text += static_cast<char>(std::strtol(hex.c_str(), nullptr, 16));
            i += 2;
        } else {
            text += coded[i];
        }
    }
    return text;
}

inline bool is_encoded(std::string_view word)
{
    return word.starts_with("=?utf-8?") && word.ends_with("?=") && word.size() >= 12;
}

inline std::string decoded_word(std::string_view word)
{
    const auto coded = word.substr(10, word.size() - 12);
    if (word[8] == 'Q') return q_decoded(coded);
    return net::base64_decoded(coded).value_or("(bad base64)");
}

/// A value without folds. The blank between two encoded words is not part of it.
inline std::string decoded(std::string_view value)
{
    std::string text;
    bool was_encoded = false;
    bool is_first = true;
    for (const auto word : net::split(value, ' ')) {
        const bool is_word = is_encoded(word);
        if (!is_first && !(is_word && was_encoded)) text += ' ';
        text += is_word ? decoded_word(word) : std::string(word);
        was_encoded = is_word;
        is_first = false;
    }
    return text;
}

} // namespace mail_words
