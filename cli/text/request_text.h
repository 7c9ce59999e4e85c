#pragma once

#include "core/llm/chat_request.h"

namespace quarry::cli {

class Output;

/// All of a request that a model would be sent: its messages, each under its role, with their sources; the tools that
/// it may call; the schema that its answer shall fit.
void print_request(Output& out, const llm::ChatRequest& request);

}  // namespace quarry::cli
