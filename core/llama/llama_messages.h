#pragma once

#include <string>

namespace quarry::llama {

/// Collects what llama.cpp says on this thread while it lives, in place of its printing it; from the first one on,
/// llama.cpp prints nothing in this process. May be nested; then the innermost listens.
class LlamaMessages {
public:
    LlamaMessages();
    ~LlamaMessages();
    LlamaMessages(const LlamaMessages&) = delete;
    LlamaMessages& operator=(const LlamaMessages&) = delete;

    /// The first error in one line, fit for a cause; says so when there was none.
    [[nodiscard]] std::string cause() const;

private:
    std::string error_;
    std::string* outer_;
};

}  // namespace quarry::llama
