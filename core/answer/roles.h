#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/answer/claim.h"
#include "core/answer/clause_sides.h"

namespace quarry::answer {

/// What a clause of a statement says of one thing and its sources of another, as far as the order of words tells:
///
/// - who did what to whom: "Bob pays Alice" for "Alice pays Bob", active or passive;
/// - from where to where it goes;
/// - whose number it is: "Mars has 95 moons" for "Jupiter has 95 moons and Mars has 2";
/// - which of two names: "PostgreSQL stores the sessions" for "Redis stores the sessions, PostgreSQL the orders".
///
/// Words that are not in the sources, and other orders that say the same, are no reason. Of languages that tell by
/// endings who does what, the order of words is not looked at. It keeps views of the clauses that it was made with.
class AttributionCheck {
public:
    AttributionCheck(std::span<const Claim> statement, std::span<const Claim> sources, std::string_view language)
        : reader_(language, statement, sources), sources_(sources), language_(language) {}

    /// For people; empty when nothing of it is found. `clause` is one of the statement's.
    [[nodiscard]] std::string misattribution(const Claim& clause);

private:
    /// The sides of a word where a clause of the sources has it as what is done.
    const std::vector<Sides>& places_of(std::string_view stem);
    [[nodiscard]] std::string wrong_roles(const Claim& clause);

    ClauseReader reader_;
    std::span<const Claim> sources_;
    std::string_view language_;
    std::unordered_map<std::string_view, std::vector<Sides>> places_;  ///< Of the stems that were asked for.
};

}  // namespace quarry::answer
