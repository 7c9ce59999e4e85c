// Options of the commands that compare configurations.
#include "cli/line/eval_options.h"

#include <fmt/format.h>

namespace quarry::cli {

void declare_eval_variants(OptionTable& options, app::EvalVariants& variants, bool with_modes) {
    if (with_modes) {
        options
            .add("--mode", variants.modes,
                 "Search by words (lexical), by meaning (vector) or by both (hybrid) (default: search.mode)")
            .choices({"lexical", "vector", "hybrid"});
    }
    options
        .add("--set", variants.settings, "Compare with these settings, separated by commas; each is one configuration")
        .value("KEY=VALUE");
    options.add("--compare", variants.files, "Compare with the settings in a file such as quarry.toml").value("PATH");
}

void declare_eval_gate(OptionTable& options, app::EvalGate& gate, std::string_view example) {
    options.add("--baseline", gate.baseline_file, "Compare with an earlier report, made with --json --per-query")
        .value("PATH");
    options
        .add("--fail-under", gate.limits,
             fmt::format("Exit with 12 if a measure is lower: {0}=0.65 or {0}=baseline-0.01", example))
        .value("METRIC=VALUE");
}

}  // namespace quarry::cli
