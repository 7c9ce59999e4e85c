#pragma once

#include "cli/line/command.h"
#include "core/app/eval_gate.h"
#include "core/app/eval_settings.h"

namespace quarry::cli {

/// Declares --set and --compare, and --mode where the command searches.
void declare_eval_variants(OptionTable& options, app::EvalVariants& variants, bool with_modes);

/// Declares --baseline and --fail-under; `example` is a metric that the command has.
void declare_eval_gate(OptionTable& options, app::EvalGate& gate, std::string_view example);

}  // namespace quarry::cli
