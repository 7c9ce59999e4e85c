#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/rerank/reranker.h"

namespace quarry::rerank {

struct CommandRerankerOptions {
    std::vector<std::string> command;  ///< The program and its arguments; there is no shell.
    std::chrono::seconds timeout{60};
};

/// Any program: it reads one JSON object, {"query": …, "documents": […]}, and writes one in any of the forms that
/// read_rerank_scores takes. Throws Error(usage) for an empty command.
[[nodiscard]] std::unique_ptr<Reranker> make_command_reranker(CommandRerankerOptions options);

}  // namespace quarry::rerank
