#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::tools {

/// A call that a model asked for, and what became of it: shown, and kept with the answer.
struct ToolCallRecord {
    enum class Outcome {
        done,     ///< It ran; `result` is what it gave.
        failed,   ///< It ran and failed.
        denied,   ///< The user, or the lack of one to ask, did not allow it.
        refused,  ///< Not run: no such tool, arguments that do not fit its schema, too many calls.
    };
    std::string name;       ///< The model's word: may name no tool.
    std::string arguments;  ///< As the model wrote them.
    Outcome outcome = Outcome::refused;
    std::string result;                ///< What the model was told. May hold text of documents.
    std::vector<std::size_t> sources;  ///< Numbers of the sources that it brought.
    std::chrono::milliseconds time{};  ///< Without the time that the user took to allow it.
};

/// "done", "failed", "denied" or "refused".
[[nodiscard]] std::string_view tool_outcome_name(ToolCallRecord::Outcome outcome) noexcept;

}  // namespace quarry::tools
