#include "core/analyze/compound.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/analyze/analyzer.h"

namespace quarry::analyze {
namespace {

std::vector<std::string> terms_of(std::string_view text) {
    Analyzer analyzer("de", Analyzer::Memory::small);
    std::vector<Term> terms;
    analyzer.analyze(text, terms);
    std::vector<std::string> texts;
    for (const Term& term : terms) texts.push_back(term.text);
    return texts;
}

bool is_made_of(std::string_view word, std::string_view text) {
    const std::vector<std::string> terms = terms_of(text);
    const std::set<std::string> there(terms.begin(), terms.end());
    return Compound(word, terms_of).is_made_of([&](const std::string& term) { return there.contains(term); });
}

TEST(CompoundTest, ATextHasAllItsParts) {
    EXPECT_TRUE(is_made_of("apothekentechniker", "Techniker in Apotheken"));
    EXPECT_TRUE(is_made_of("menschenrechtsverletzungen", "Verletzungen der Rechte von Menschen"));
    EXPECT_TRUE(is_made_of("größenverhältnis", "Das Verhältnis der Größen"));
    EXPECT_FALSE(is_made_of("apothekentechniker", "Techniker am Werk"));
    EXPECT_FALSE(is_made_of("menschenrechtsverletzungen", "Verletzungen von Menschen"));
}

TEST(CompoundTest, IsMadeOfItsFewestParts) {
    const auto parts = [](std::string_view word, std::string_view text) {
        const std::vector<std::string> terms = terms_of(text);
        const std::set<std::string> there(terms.begin(), terms.end());
        std::vector<std::string> found;
        for (const Compound::Known& part :
             Compound(word, terms_of).known_parts([&](const std::string& term) { return there.contains(term); })) {
            found.emplace_back(word.substr(part.begin, part.end - part.begin));
        }
        return found;
    };
    using Parts = std::vector<std::string>;
    EXPECT_EQ(parts("größenverhältnis", "Verhältnis der Größen"), (Parts{"größen", "verhältnis"}));
    EXPECT_EQ(parts("parkhausgebühr", "Park, Haus, Parkhaus, Gebühr"), (Parts{"parkhaus", "gebühr"}));
    EXPECT_EQ(parts("parkhausgebühr", "Park und Gebühr"), Parts{});
}

TEST(CompoundTest, NoWordIsMadeOfItselfOrOfShortParts) {
    EXPECT_FALSE(is_made_of("techniker", "Techniker"));
    EXPECT_FALSE(is_made_of("bahnhof", "Hof der Bahn"));
    EXPECT_FALSE(is_made_of("", "Bahn"));
    EXPECT_FALSE(is_made_of(std::string(1000, 'a'), "aaaa"));
}

TEST(CompoundTest, LanguagesHaveThemOrNot) {
    EXPECT_TRUE(has_compounds("de"));
    EXPECT_FALSE(has_compounds("en"));
    EXPECT_FALSE(has_compounds(""));
}

}  // namespace
}  // namespace quarry::analyze
