#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace quarry::extract {

/// One token of Rich Text Format (version 1.9.1). Views point into the file.
struct RtfToken {
    enum class Kind {
        open,    ///< {
        close,   ///< }
        word,    ///< \name with an optional number
        symbol,  ///< \ and one other character, which is `text`
        byte,    ///< \'hh: `number` is its value
        text,    ///< bytes as they are, without line ends
    };
    Kind kind = Kind::text;
    std::string_view text{};  ///< Name of a word, a symbol's character, text.
    std::optional<int> number{};
};

/// Cuts Rich Text Format into tokens; binary data (\bin) is passed over.
class RtfTokens {
public:
    explicit RtfTokens(std::string_view bytes) : bytes_(bytes) {}
    /// The next token; nothing at the end.
    [[nodiscard]] std::optional<RtfToken> next();

private:
    [[nodiscard]] RtfToken control();
    [[nodiscard]] RtfToken control_word();

    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace quarry::extract
