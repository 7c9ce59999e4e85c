#include "core/analyze/compound.h"

#include <algorithm>
#include <array>

#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

constexpr std::size_t shortest_compound_part = 4, longest_compound = 40;  // characters

constexpr std::array<std::string_view, 8> compounding = {"da", "de", "fi", "hu", "nb", "nl", "no", "sv"};

}  // namespace

bool has_compounds(std::string_view language) noexcept {
    return std::ranges::find(compounding, language) != compounding.end();
}

Compound::Compound(std::string_view word, const TermsOf& terms_of) {
    std::vector<std::size_t> starts;  // of characters, in bytes, and the end
    for (std::size_t at = 0; at < word.size(); at += decode_utf8(word, at).length) {
        if (starts.size() == longest_compound) return;
        starts.push_back(at);
    }
    length_ = starts.size();
    starts.push_back(word.size());
    for (std::size_t begin = 0; begin + shortest_compound_part <= length_; ++begin) {
        if (begin > 0 && begin < shortest_compound_part) continue;
        for (std::size_t end = begin + shortest_compound_part; end <= length_; ++end) {
            if (end < length_ && length_ - end < shortest_compound_part) continue;
            if (end - begin == length_) continue;
            parts_.push_back({begin, end, terms_of(word.substr(starts[begin], starts[end] - starts[begin]))});
        }
    }
}

bool Compound::is_made_of(const HasTerm& has) const {
    std::vector<bool> reached(length_ + 1);
    reached[0] = true;
    for (const Part& part : parts_) {
        if (reached[part.begin] && !reached[part.end] && std::ranges::any_of(part.terms, has)) reached[part.end] = true;
    }
    return length_ > 0 && reached[length_];
}

}  // namespace quarry::analyze
