#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/answer_interrupts.h"
#include "cli/ui/line_editor.h"

namespace quarry::cli {

/// Where a chat's questions come from: a terminal with editing of lines, or lines of a pipe. A line that ends in a
/// backslash goes on in the next, and lines between two of `"""` belong together.
class ChatInput {
public:
    /// `earlier` are what the arrow keys bring back. Says so once when lines cannot be edited.
    ChatInput(Context& context, bool person, const std::vector<std::string>& earlier);

    /// The next question or command; nothing at the end. Throws Error(interrupted) on a pipe.
    [[nodiscard]] std::optional<std::string> next();
    /// Whether the person's Ctrl-C is ours (else the program's).
    [[nodiscard]] AnswerInterrupts* interrupts() noexcept { return interrupts_.get(); }

private:
    [[nodiscard]] std::optional<std::string> line(const char* prompt);

    Context& context_;
    const bool person_;
    std::unique_ptr<AnswerInterrupts> interrupts_;
    std::unique_ptr<LineEditor> editor_;
};

}  // namespace quarry::cli
