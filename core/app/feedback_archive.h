#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/eval/questions.h"
#include "core/store/feedback_repository.h"

namespace quarry::app {

/// What people said of answers: each sees, and may take back, what they said themselves; the owner of the base, all.
/// Each call opens the base for its duration.
class FeedbackArchive {
public:
    explicit FeedbackArchive(const Services& services) : services_(services) {}

    /// How much is kept of a principal's.
    static constexpr std::size_t most_kept = 1'000;
    /// Bytes of the texts of one.
    static constexpr std::size_t most_bytes = 32'768;

    /// Keeps it as the caller's, in place of what the caller said of this question before. Throws Error(usage) when
    /// there or it is too much, and where a question that the documents do not answer has facts.
    [[nodiscard]] store::Feedback keep(store::Feedback feedback) const;
    /// The newest that the caller may see, with ids below `before` where it is above 0.
    [[nodiscard]] std::vector<store::Feedback> list(std::int64_t before, std::size_t limit) const;
    /// Throws Error(nothing_found).
    void remove(std::int64_t id) const;

    /// All of it as questions for `eval answers`, the oldest first, with "feedback 12" for the id. A bad answer of
    /// which nobody said what it should be is none.
    [[nodiscard]] std::vector<eval::Question> questions() const;

private:
    /// Whose feedback the caller sees; empty: everybody's.
    [[nodiscard]] std::string visible() const;

    const Services& services_;
};

/// A judgement as a question with what its answer should have; nothing where nobody said.
[[nodiscard]] std::optional<eval::Question> question_of(const store::Feedback& feedback);

}  // namespace quarry::app
