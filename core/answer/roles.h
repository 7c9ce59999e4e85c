#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/answer/claim.h"

namespace quarry::answer {

/// What a clause of a statement says of one thing and its sources of another, as far as the order of words tells:
///
/// - who did what to whom: "Bob pays Alice" for "Alice pays Bob", active or passive;
/// - whose number it is: "Mars has 95 moons" for "Jupiter has 95 moons and Mars has 2";
/// - which of two names: "PostgreSQL stores the sessions" for "Redis stores the sessions, PostgreSQL the orders".
///
/// For people; empty when nothing of it is found. `sources` are their clauses in order. Words that are not in the
/// sources, and other orders that say the same, are no reason. Of languages that tell by endings who does what, the
/// order of words is not looked at.
[[nodiscard]] std::string misattribution(const Claim& clause, std::span<const Claim> sources,
                                         std::string_view language);

}  // namespace quarry::answer
