#include "core/redact/literal_scanner.h"

#include <deque>

namespace quarry::redact {
namespace {

constexpr std::uint32_t no_state = UINT32_MAX;

unsigned char lower_byte(char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

}  // namespace

/// The automaton before its states are put into order.
struct LiteralScanner::Trie {
    std::uint32_t classes = 1;
    std::vector<std::uint32_t> next;
    std::vector<std::vector<std::uint32_t>> found;

    explicit Trie(std::uint32_t class_count) : classes(class_count) { add_state(); }

    std::uint32_t add_state() {
        next.resize(next.size() + classes, no_state);
        found.emplace_back();
        return static_cast<std::uint32_t>(found.size() - 1);
    }
    /// Missing edges go where the longest proper suffix goes, breadth first.
    void add_failure_edges() {
        std::vector<std::uint32_t> suffix(found.size(), 0);
        std::deque<std::uint32_t> waiting = {0};
        while (!waiting.empty()) {
            const std::uint32_t state = waiting.front();
            waiting.pop_front();
            for (std::uint32_t c = 0; c < classes; ++c) {
                std::uint32_t& target = next[state * classes + c];
                const std::uint32_t fallback = state == 0 ? 0 : next[suffix[state] * classes + c];
                if (target == no_state) {
                    target = fallback;
                    continue;
                }
                suffix[target] = fallback;
                found[target].insert(found[target].end(), found[fallback].begin(), found[fallback].end());
                waiting.push_back(target);
            }
        }
    }
};

LiteralScanner::LiteralScanner(std::span<const std::string_view> literals) {
    for (const std::string_view literal : literals) {
        sizes_.push_back(literal.size());
        for (const char c : literal) {
            std::uint8_t& byte_class = classes_[lower_byte(c)];
            if (byte_class == 0) byte_class = static_cast<std::uint8_t>(class_count_++);
        }
    }
    for (unsigned c = 'A'; c <= 'Z'; ++c) classes_[c] = classes_[c - 'A' + 'a'];
    Trie trie(class_count_);
    for (std::uint32_t i = 0; i < literals.size(); ++i) {
        std::uint32_t state = 0;
        for (const char c : literals[i]) {
            const std::size_t edge = state * class_count_ + classes_[lower_byte(c)];
            if (trie.next[edge] == no_state) {
                const std::uint32_t added = trie.add_state();
                trie.next[edge] = added;
            }
            state = trie.next[edge];
        }
        trie.found[state].push_back(i);
    }
    trie.add_failure_edges();
    read_trie(trie);
}

/// Numbers the states so that those which end a literal come last: one comparison tells them.
void LiteralScanner::read_trie(const Trie& trie) {
    const std::size_t count = trie.found.size();
    std::vector<std::uint32_t> order;
    for (std::uint32_t state = 0; state < count; ++state) {
        if (trie.found[state].empty()) order.push_back(state);
    }
    first_found_ = static_cast<std::uint32_t>(order.size()) * class_count_;
    for (std::uint32_t state = 0; state < count; ++state) {
        if (!trie.found[state].empty()) order.push_back(state);
    }
    std::vector<std::uint32_t> row_of(count);
    for (std::uint32_t row = 0; row < count; ++row) row_of[order[row]] = row * class_count_;
    found_.resize(count);
    next_.resize(count * class_count_);
    for (std::uint32_t row = 0; row < count; ++row) {
        found_[row] = trie.found[order[row]];
        for (std::uint32_t c = 0; c < class_count_; ++c) {
            next_[row * class_count_ + c] = row_of[trie.next[order[row] * class_count_ + c]];
        }
    }
}

}  // namespace quarry::redact
