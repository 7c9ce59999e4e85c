#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace quarry {

/// What a JSON Schema's "pattern" describes, anywhere in a text unless the pattern says where. Patterns are those of
/// ECMAScript; letters of a text are code points. May be used by several threads.
class JsonPattern {
public:
    /// Throws Error(usage) for a pattern that is not a regular expression, is longer than 10,000 bytes or too large
    /// when its repetitions are written out, or looks around or back (`(?=…)`, `\1`), which takes unbounded time.
    explicit JsonPattern(std::string_view pattern);
    ~JsonPattern();
    JsonPattern(JsonPattern&&) noexcept;
    JsonPattern& operator=(JsonPattern&&) noexcept;

    /// In time linear in the text, whatever the pattern.
    [[nodiscard]] bool matches(std::string_view text) const;
    /// Instructions that it was compiled to.
    [[nodiscard]] std::size_t size() const noexcept;

private:
    std::unique_ptr<re2::RE2> expression_;
};

}  // namespace quarry
