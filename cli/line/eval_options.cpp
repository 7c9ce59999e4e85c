// Options of the commands that compare configurations.
#include "cli/line/eval_options.h"

#include <fmt/format.h>

namespace quarry::cli {

void declare_eval_variants(OptionTable& options, app::EvalVariants& variants, bool with_modes) {
    if (with_modes) {
        options
            .add("--mode", variants.modes,
                 "lexical by words, vector by meaning, hybrid by both (default: search.mode); give it several "
                 "times to compare")
            .choices({"lexical", "vector", "hybrid"});
    }
    options
        .add("--set", variants.settings,
             "Compare with these settings, KEY=VALUE with commas between several; once for each configuration")
        .value("KEY=VALUE");
    options.add("--compare", variants.files, "Compare with the settings of a file such as quarry.toml; once for each")
        .value("PATH");
}

void declare_eval_gate(OptionTable& options, app::EvalGate& gate, std::string_view example) {
    options.add("--baseline", gate.baseline_file, "Compare with an earlier report, made with --json --per-query")
        .value("PATH");
    options
        .add("--fail-under", gate.limits,
             fmt::format("Exit with 12 when a measure is lower: {0}=0.65, or {0}=baseline-0.01; several times for "
                         "several measures",
                         example))
        .value("METRIC=VALUE");
}

}  // namespace quarry::cli
