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
    for (std::size_t at = 0; at < word.size(); at += decode_utf8(word, at).length) {
        if (starts_.size() == longest_compound) return;
        starts_.push_back(at);
    }
    length_ = starts_.size();
    starts_.push_back(word.size());
    for (std::size_t begin = 0; begin + shortest_compound_part <= length_; ++begin) {
        if (begin > 0 && begin < shortest_compound_part) continue;
        for (std::size_t end = begin + shortest_compound_part; end <= length_; ++end) {
            if (end < length_ && length_ - end < shortest_compound_part) continue;
            if (end - begin == length_) continue;
            parts_.push_back({begin, end, terms_of(word.substr(starts_[begin], starts_[end] - starts_[begin]))});
        }
    }
}

std::vector<Compound::Known> Compound::known_parts(const HasTerm& has) const {
    struct Way {
        std::size_t parts = 0;  // to there; 0 for none
        std::size_t from = 0;   // where the last of them begins
    };
    std::vector<Way> ways(length_ + 1);
    for (const Part& part : parts_) {
        const std::size_t before = ways[part.begin].parts;
        Way& way = ways[part.end];
        if ((before == 0 && part.begin > 0) || (way.parts > 0 && way.parts <= before + 1)) continue;
        if (std::ranges::any_of(part.terms, has)) way = {before + 1, part.begin};
    }
    std::vector<Known> known;
    for (std::size_t at = length_; at > 0 && ways[at].parts > 0; at = ways[at].from) {
        known.push_back({starts_[ways[at].from], starts_[at]});
    }
    std::ranges::reverse(known);
    return known;
}

std::vector<std::string> Compound::all_terms() const {
    std::vector<std::string> terms;
    for (const Part& part : parts_) terms.insert(terms.end(), part.terms.begin(), part.terms.end());
    return terms;
}

}  // namespace quarry::analyze
