#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace quarry::analyze {

/// A Snowball stemmer, or the identity for a language without one. Not thread-safe: one a thread.
class Stemmer {
public:
    /// `language` is ISO 639-1: "en", "de"; anything unknown, "" included, leaves words as they are.
    explicit Stemmer(std::string_view language);
    ~Stemmer();
    Stemmer(Stemmer&&) noexcept;
    Stemmer& operator=(Stemmer&&) noexcept;

    /// The stem of a lower-case word. The view is valid until the next call and while `word` lives.
    [[nodiscard]] std::string_view stem(std::string_view word);

private:
    struct Snowball;
    std::unique_ptr<Snowball> snowball_;
};

}  // namespace quarry::analyze
