#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/source_text.h"

namespace quarry::migrate {

/// Changes to one text, which are made all at once. Borrows it. Ranges must not overlap.
class TextEdits {
public:
    explicit TextEdits(std::string_view text) noexcept : text_(text) {}

    void replace(sql::Section range, std::string replacement);
    void insert(std::size_t at, std::string what) { replace({at, at}, std::move(what)); }
    /// Takes a range out, and its line with it when nothing else is on that.
    void erase(sql::Section range);
    /// The part of the text that a range holds, changed.
    [[nodiscard]] std::string apply(sql::Section range) const;

private:
    struct Edit {
        sql::Section range;
        std::string replacement;
    };
    std::string_view text_;
    std::vector<Edit> edits_;  ///< In order of their places.
};

}  // namespace quarry::migrate
