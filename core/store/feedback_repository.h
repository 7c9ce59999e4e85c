#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::store {

/// A place that an answer cited.
struct FeedbackSource {
    std::string uri;    ///< The document, as in sources.
    std::string quote;  ///< Its words; may be empty.
};

/// What somebody said of an answer: a case for an evaluation.
struct Feedback {
    std::int64_t id = 0;      ///< Given by the base.
    std::string principal{};  ///< Who said it: "owner", "user:ID" or "key:ID".
    std::string question{};   ///< As it can be asked alone.
    bool good = true;
    std::string answer{};                   ///< That was judged.
    bool answerable = true;                 ///< False: the documents do not say.
    std::vector<std::string> facts{};       ///< What a good answer says.
    std::string comment{};                  ///< For people.
    std::vector<FeedbackSource> sources{};  ///< What the answer cited, in its order.
    std::int64_t given_at = 0;              ///< Seconds since 1970.
};

/// What is kept of people's judgements. It goes with its principal, and with a document that it cites. Used by one
/// thread at a time; each call is a transaction of its own. Throws Error: locked, failed.
class FeedbackRepository {
public:
    virtual ~FeedbackRepository() = default;

    /// Keeps one in place of what its principal said of the same question before, and gives its id. Throws
    /// Error(usage) when the principal has `most` others.
    virtual std::int64_t put(const Feedback& feedback, std::size_t most) = 0;
    /// The newest of a principal, of everybody for an empty name; with ids below `before` where it is above 0.
    [[nodiscard]] virtual std::vector<Feedback> list(std::string_view principal, std::int64_t before,
                                                     std::size_t limit) const = 0;
    /// False when there is none of this id, or it is another principal's; of everybody for an empty name.
    virtual bool remove(std::string_view principal, std::int64_t id) = 0;
};

}  // namespace quarry::store
