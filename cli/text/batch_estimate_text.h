#pragma once

#include "cli/line/command.h"
#include "core/app/answer_service.h"

namespace quarry::cli {

/// Prints it as text or as JSON, schema quarry.batch.estimate/1; gives the exit code.
int print_batch_estimate(Context& context, const app::BatchEstimate& estimate);

}  // namespace quarry::cli
