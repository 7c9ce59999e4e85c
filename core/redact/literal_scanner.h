#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::redact {

/// Finds every occurrence of many literals in one pass, whatever the case of their ASCII letters (Aho and Corasick).
///
/// Immutable once made; safe to share between threads.
class LiteralScanner {
public:
    /// Their places in `literals` are what `scan` names them by. None may be empty.
    explicit LiteralScanner(std::span<const std::string_view> literals);

    /// Calls `visit(literal, start)` for each occurrence, in order of where they end.
    template <typename Visit>
    void scan(std::string_view text, Visit visit) const {
        std::uint32_t state = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            state = next_[state + classes_[static_cast<unsigned char>(text[i])]];
            if (state < first_found_) continue;
            for (const std::uint32_t literal : found_[state / class_count_]) visit(literal, i + 1 - sizes_[literal]);
        }
    }

private:
    struct Trie;
    void read_trie(const Trie& trie);

    std::array<std::uint8_t, 256> classes_{};  ///< Class 0: a byte that is in no literal.
    std::uint32_t class_count_ = 1;
    std::uint32_t first_found_ = 0;                  ///< States from this one on end a literal.
    std::vector<std::uint32_t> next_;                ///< By state and class; states are rows' beginnings.
    std::vector<std::vector<std::uint32_t>> found_;  ///< By row: the literals that end there.
    std::vector<std::size_t> sizes_;
};

}  // namespace quarry::redact
