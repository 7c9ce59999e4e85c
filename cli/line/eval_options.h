#pragma once

#include "cli/line/command.h"
#include "core/app/eval_settings.h"

namespace quarry::cli {

/// Declares --set and --compare, and --mode where the command searches.
void declare_eval_variants(OptionTable& options, app::EvalVariants& variants, bool with_modes);

}  // namespace quarry::cli
