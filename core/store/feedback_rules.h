#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/store/feedback_repository.h"

namespace quarry::store {

/// Facts as a row has them: a JSON array of strings.
[[nodiscard]] std::string facts_json(const std::vector<std::string>& facts);
[[nodiscard]] std::vector<std::string> parse_facts(std::string_view json);

[[nodiscard]] Error too_much_feedback(std::size_t most);

/// Rows have: id, principal, question, good, answer, answerable, facts, comment, given_at.
template <typename Row>
[[nodiscard]] Feedback read_feedback(const Row& row) {
    return {.id = row.integer(0),
            .principal = row.text(1),
            .question = row.text(2),
            .good = row.integer(3) != 0,
            .answer = row.text(4),
            .answerable = row.integer(5) != 0,
            .facts = parse_facts(row.text(6)),
            .comment = row.text(7),
            .given_at = row.integer(8)};
}

}  // namespace quarry::store
