#pragma once

#include <string>
#include <string_view>

namespace quarry::llm {

/// Makes whole UTF-8 out of pieces that may be cut inside a character: holds back what is incomplete, and replaces
/// what can no longer become valid with U+FFFD.
class Utf8Stream {
public:
    /// What is complete now, valid on its own; may be empty.
    [[nodiscard]] std::string feed(std::string_view piece);
    /// What was held back, as U+FFFD; empty when nothing was.
    [[nodiscard]] std::string finish();

private:
    std::string held_;  // at most three bytes: the beginning of one character
};

}  // namespace quarry::llm
